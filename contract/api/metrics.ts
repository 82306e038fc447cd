import { z } from 'zod';
import { metricsQuery } from '../metrics.ts';
import { operation } from '../operation.ts';

/**
 * One question in the language of the second version of Langfuse's metrics: view, dimensions, metrics with their aggregations, filters,
 * buckets of time. Keys of a row are the fields of the dimensions, `time_dimension`, and `<aggregation>_<measure>`.
 */
export const queryMetrics = operation({
  id: 'queryMetrics',
  method: 'POST',
  path: '/projects/{projectId}/metrics',
  access: 'any',
  role: 'VIEWER',
  summary: 'Ask for metrics of observations and scores',
  input: z.intersection(z.object({ projectId: z.string() }), metricsQuery),
  output: z.object({ data: z.array(z.record(z.string(), z.unknown())) }),
});
