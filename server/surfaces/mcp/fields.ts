import { z } from 'zod';
import { givenTime } from '../../../contract/time.ts';
import { pageMeta } from '../langfuse/query-params.ts';

/** Numbered pages, as the table of contract §6 has them. */
export const pageFields = {
  page: z.number().int().min(1).default(1).describe('Page of the list, from 1.'),
  limit: z.number().int().min(1).max(100).default(50).describe('Rows of a page.'),
};

/** A page of a list as the HTTP routes show it. */
export const paged = <Row>(data: readonly Row[], { page, limit }: { page: number; limit: number }, totalItems: number) => ({
  data,
  meta: pageMeta(page, limit, totalItems),
});

/** A point in time. */
export const time = givenTime;

/** Anything that JSON can hold. */
export const json = z.unknown();

/** An id that is looked up: what cannot be one is simply not found. */
export const id = (what: string) => z.string().min(1).max(1000).describe(`Id of the ${what}.`);
