import { z } from 'zod';
import { filter } from './filter/condition.ts';

/** What metrics can be asked of (contract §5.7). `traces` only in the first version of the API. */
export const METRIC_VIEWS = ['traces', 'observations', 'scores-numeric', 'scores-categorical', 'scores-boolean'] as const;
export type MetricView = (typeof METRIC_VIEWS)[number];

export const AGGREGATIONS = [
  'sum',
  'avg',
  'count',
  'max',
  'min',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'histogram',
  'uniq',
] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

export const GRANULARITIES = ['minute', 'hour', 'day', 'week', 'month'] as const;
/** Width of a bucket of time. Weeks start on Monday; all buckets are in UTC. */
export type Granularity = (typeof GRANULARITIES)[number];

const instant = z.iso.datetime({ offset: true });

/** A question for metrics as both versions of the API take it (contract §5.7); times are inclusive at both ends. */
export const metricsQuery = z
  .object({
    view: z.enum(METRIC_VIEWS),
    dimensions: z.array(z.object({ field: z.string() })).default([]),
    metrics: z.array(z.object({ measure: z.string(), aggregation: z.enum(AGGREGATIONS) })).min(1),
    filters: filter.default([]),
    timeDimension: z.object({ granularity: z.enum(['auto', ...GRANULARITIES]) }).nullish(),
    fromTimestamp: instant,
    toTimestamp: instant,
    orderBy: z.array(z.object({ field: z.string(), direction: z.enum(['asc', 'desc']) })).nullish(),
    config: z
      .object({ bins: z.number().int().min(1).max(100).optional(), row_limit: z.number().int().min(1).max(1000).optional() })
      .nullish(),
  })
  .refine(({ fromTimestamp, toTimestamp }) => Date.parse(fromTimestamp) < Date.parse(toTimestamp), {
    path: ['fromTimestamp'],
    message: 'fromTimestamp must be before toTimestamp',
  });
export type MetricsQuery = z.output<typeof metricsQuery>;

/** A value in an answer: a dimension (null: nobody said it), a number, or a histogram of [lower, upper, height]. */
export type MetricValue = string | number | boolean | null | string[] | [lower: number, upper: number, height: number][];

/** Keys are the fields of dimensions, `time_dimension` (ISO start of the bucket) and `<aggregation>_<measure>`. */
export type MetricsRow = Record<string, MetricValue>;
