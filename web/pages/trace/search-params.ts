import { z } from 'zod';

/** A text; the router reads digits alone as a number, and ids may be digits alone. */
const id = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** The state of the trace page: the selected step (none: the trace itself) and how the steps are shown. */
export const traceSearch = z.object({
  observation: id,
  view: z.enum(['tree', 'timeline', 'log', 'graph']).optional().catch(undefined),
});
export type TraceSearch = z.infer<typeof traceSearch>;
