import { z } from 'zod';

/** The state of a trace's page in the URL: the selected step, and how the steps are shown. */
export const traceSearch = z.object({
  observation: z.string().max(500).optional().catch(undefined),
  view: z.enum(['tree', 'timeline', 'log', 'graph']).optional().catch(undefined),
});
export type TraceSearch = z.infer<typeof traceSearch>;
