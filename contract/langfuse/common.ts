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
