import { z } from 'zod';
import { operation } from '../operation.ts';

export const price = z.object({
  id: z.string(),
  modelName: z.string(),
  matchPattern: z.string(),
  /** `built-in` ships with the product; `project` is the project's own and wins. */
  owner: z.enum(['built-in', 'project']),
  tokenizer: z.string().nullable(),
  tiers: z.array(
    z.object({
      name: z.string(),
      isDefault: z.boolean(),
      priority: z.number(),
      /** Plain-language conditions, e.g. `input > 200000`. Empty for the default tier. */
      conditions: z.array(z.string()),
      /** USD per unit by usage type. */
      prices: z.record(z.string(), z.number()),
    }),
  ),
});

export const listPrices = operation({
  id: 'listPrices',
  method: 'GET',
  path: '/projects/{projectId}/prices',
  access: 'any',
  role: 'VIEWER',
  summary: 'List models and their prices',
  input: z.object({ projectId: z.string() }),
  output: z.object({ data: z.array(price) }),
});

/** Which price a model name would get: for the settings page's "try a name" box. */
export const matchPrice = operation({
  id: 'matchPrice',
  method: 'GET',
  path: '/projects/{projectId}/prices/match',
  access: 'any',
  role: 'VIEWER',
  summary: 'Find the price of a model name',
  input: z.object({ projectId: z.string(), model: z.string() }),
  output: z.object({ price: price.nullable() }),
});
