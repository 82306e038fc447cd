import { z } from 'zod';

const FIRST_YEAR = 1;
const LAST_YEAR = 9999;

/**
 * A time that is given: ISO-8601 with `Z` or a numeric offset (contract §0.5). The years are those that every store holds and every
 * answer can print, in UTC.
 */
export const givenTime = z.iso
  .datetime({ offset: true, abort: true })
  .refine(isInYears, `must be in the years ${FIRST_YEAR} to ${LAST_YEAR}`);

function isInYears(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/**
 * A time in any form that JavaScript's `Date` reads: what the original takes in filters (`2020-01-01`, `2020-01-01T24:00:00Z`). Without an
 * offset a date alone is UTC, a date with a time the server's zone.
 */
export const readableTime = z.string().refine(isInYears, `must be a time in the years ${FIRST_YEAR} to ${LAST_YEAR}`);

/** As `givenTime`, read. */
export const givenDate = givenTime.transform((text) => new Date(text));
