import type { Aggregation } from '../../../contract/metrics.ts';
import type { MetricField } from './field.ts';

const quantile = (level: number) => (value: string) => `quantileExactInclusive(${level})(${value})`;

/** Of numbers, unknown ones left out. Percentiles lie between the two nearest values, as far as they reach into the gap. */
const OF_NUMBERS: Record<Exclude<Aggregation, 'histogram'>, (value: string) => string> = {
  sum: (value) => `ifNull(sum(${value}), 0)`,
  avg: (value) => `avg(${value})`,
  count: (value) => `count(${value})`,
  max: (value) => `max(${value})`,
  min: (value) => `min(${value})`,
  p50: quantile(0.5),
  p75: quantile(0.75),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
  uniq: (value) => `uniqExact(${value})`,
};

/** SQL of an aggregation; null when it does not fit texts, of which the non-empty ones can be counted. `bins` is a checked integer. */
export function aggregateSql(aggregation: Aggregation, kind: MetricField['kind'], value: string, bins: number): string | null {
  if (kind === 'number') {
    // A parameter of a function must be a literal: it cannot be bound.
    return aggregation === 'histogram' ? `histogram(${Math.trunc(bins)})(${value})` : OF_NUMBERS[aggregation](value);
  }
  if (aggregation === 'count') return `countIf(${value} != '')`;
  if (aggregation === 'uniq') return `uniqExactIf(${value}, ${value} != '')`;
  return null;
}

/** What an aggregation gives of nothing. */
export const emptyValue = (aggregation: Aggregation): number | null | [] => {
  if (aggregation === 'histogram') return [];
  return aggregation === 'sum' || aggregation === 'count' || aggregation === 'uniq' ? 0 : null;
};
