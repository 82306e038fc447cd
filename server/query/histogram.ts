import type { AnalyticsReader } from '../store/analytics/port.ts';
import { boundsOf, type ListScope, narrow } from './list-scope.ts';
import { observationSet } from './observation-set.ts';
import { ProjectQuery } from './scope.ts';
import { isoOf } from './stored-values.ts';
import { traceSet } from './trace-set.ts';
import { TRACE } from './trace-summary.ts';

/** Widths that divide a day or are whole days, seconds. */
const STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  10800,
  21600,
  43200,
  86400,
  2 * 86400,
  7 * 86400,
  14 * 86400,
  28 * 86400,
  91 * 86400,
  364 * 86400,
];

export interface Histogram {
  /** Width of a bucket, seconds; buckets start at its multiples since the epoch. */
  step: number;
  buckets: { time: string; count: number; errors: number }[];
}

/**
 * Counts over time, gaps filled with zeros: as many buckets as there may be, none wider than it must. `errors` are traces with a failed
 * step, or steps of level ERROR. Without `from` or `to` the range is that of what the project has. No rows: no buckets.
 */
export async function getHistogram(
  reader: AnalyticsReader,
  projectId: string,
  list: 'traces' | 'observations',
  scope: ListScope,
  most: number,
): Promise<Histogram> {
  const narrowed = narrow(list, scope);
  let { from, to } = narrowed;
  if (from === undefined || to === undefined) {
    const bounds = await boundsOf(reader, projectId);
    if (!bounds) return { step: STEPS[0]!, buckets: [] };
    from ??= bounds.start;
    to ??= Math.max(bounds.end, from);
  }
  if (to <= from) return { step: STEPS[0]!, buckets: [] };
  const step = stepFor(from, to, most);
  const width = step * 1e6;
  const query = new ProjectQuery(projectId);
  const range = { from, to };
  const bucket = (time: string) => `intDiv(${time}, ${query.integer(width)})`;
  const sql =
    list === 'traces'
      ? `SELECT ${bucket('at')} AS bucket, count() AS count, countIf(failed > 0) AS errors
FROM (\n${traceSet(query, range, narrowed, { failed: TRACE.errorCount })}\n)
GROUP BY bucket`
      : `SELECT ${bucket('toUnixTimestamp64Micro(start_time)')} AS bucket, count() AS count, countIf(level = 'ERROR') AS errors
${observationSet(query, range, narrowed)}
GROUP BY bucket`;
  const rows = await query.ask<{ bucket: number; count: number; errors: number }>(reader, sql);
  const counted = new Map(rows.map((row) => [row.bucket, row]));
  const buckets: Histogram['buckets'] = [];
  for (let i = Math.floor(from / width); i * width < to; i++) {
    const row = counted.get(i);
    buckets.push({ time: isoOf(i * width), count: row?.count ?? 0, errors: row?.errors ?? 0 });
  }
  return { step, buckets };
}

function stepFor(from: number, to: number, most: number): number {
  const fits = (step: number) => Math.ceil(to / (step * 1e6)) - Math.floor(from / (step * 1e6)) <= most;
  return STEPS.find(fits) ?? Math.ceil((to - from) / 1e6 / (most - 1));
}
