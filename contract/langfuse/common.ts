import { z } from 'zod';
import { published } from './published.ts';

export const deprecation = published(
  'Deprecation',
  z.strictObject({
    message: z.string(),
    replacement: z.string().nullish(),
    docsUrl: z.string().nullish(),
    sunsetAt: z.string().nullish(),
  }),
);
export const mapValue = published(
  'MapValue',
  z.union([
    z.string().nullable(),
    z.int().nullable(),
    z.number().nullable(),
    z.boolean().nullable(),
    z.array(z.string()).nullable(),
  ]),
);
export const sort = published('Sort', z.object({ id: z.string() }));
export const metaResponse = published(
  'MetaResponse',
  z.strictObject({ page: z.int(), limit: z.int(), totalItems: z.int(), totalPages: z.int() }),
);
/** What says only that it was done, and in which words. */
export const message = z.strictObject({ message: z.string() });

/** Number of a page, from 1. */
export const pageNumber = z.int().min(1).default(1);

/** How many of a list: outside of these bounds is a 400, not a clamp (contract §0.3). */
export const upTo = (most: number, usual = 50, least = 1) => z.int().min(least).max(most).default(usual);
