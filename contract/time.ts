import { z } from 'zod';

const FIRST_YEAR = 1;
const LAST_YEAR = 9999;

/**
 * A time that is given: ISO-8601 with `Z` or a numeric offset (contract §0.5). The years are those that every store holds and every
 * answer can print, in UTC.
 */
export const givenTime = z.iso.datetime({ offset: true, abort: true }).refine((text) => {
  const year = new Date(text).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}, `must be in the years ${FIRST_YEAR} to ${LAST_YEAR}`);

/** As `givenTime`, read. */
export const givenDate = givenTime.transform((text) => new Date(text));
