import { metricsQuery } from '../../../contract/metrics.ts';
import type { SamplingRule } from '../../../contract/sampling.ts';
import { getMetrics } from '../../query/metrics/get-metrics.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { SlowFrom } from './decide.ts';

/** Traces of one name in a day from which a percentile of their durations is more than chance. */
const ENOUGH = 20;
const DAY_MS = 86_400_000;

/** From which duration (seconds) traces of each name are slow by each rule, as the last day before `now` (ms) had it. */
export async function readSlowFrom(
  reader: AnalyticsReader,
  projectId: string,
  rules: readonly SamplingRule[],
  now: number,
): Promise<SlowFrom> {
  const slow = rules.flatMap(({ name, match }) => (match.kind === 'slow' ? [{ name, percentile: match.percentile }] : []));
  if (slow.length === 0) return new Map();
  const levels = [...new Set(slow.map(({ percentile }) => percentile))];
  const question = metricsQuery.parse({
    view: 'traces',
    dimensions: [{ field: 'name' }],
    metrics: [
      { measure: 'latency', aggregation: 'count' },
      ...levels.map((level) => ({ measure: 'latency', aggregation: `p${level}` })),
    ],
    fromTimestamp: new Date(now - DAY_MS).toISOString(),
    toTimestamp: new Date(now).toISOString(),
  });
  const rows = await getMetrics(reader, projectId, question, 1);
  const known = rows.filter(({ count_latency }) => Number(count_latency) >= ENOUGH);
  return new Map(
    slow.map(({ name, percentile }) => [
      name,
      new Map(known.map((row) => [String(row.name ?? ''), Number(row[`p${percentile}_latency`]) / 1000])),
    ]),
  );
}
