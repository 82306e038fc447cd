import { findColumn } from '../../contract/filter/columns.ts';
import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { textCondition } from './conditions.ts';
import { ProjectQuery } from './scope.ts';
import { IS_STEP } from './trace-summary.ts';

/** The conditions that a filter of traces puts on the environment. */
export const onEnvironment = (filter: readonly FilterCondition[]): FilterCondition[] =>
  filter.filter(({ column }) => findColumn('traces', column)?.id === 'environment');

/** SQL of such conditions on single rows, observations and scores alike. */
export const rowsInEnvironment = (query: ProjectQuery, conditions: readonly FilterCondition[]): string[] =>
  conditions.map((condition) => `(${textCondition(query, 'environment', condition)})`);

const MICROS = 'toUnixTimestamp64Micro';
const LATENCY = `if(countIf(end_time IS NOT NULL) = 0, NULL, (max(${MICROS}(ifNull(end_time, start_time))) - min(${MICROS}(start_time))) / 1e6)`;

/** What a part of a trace took; as in `TraceFacts`. */
export interface TraceShare {
  latency: number | null;
  totalCost: number | null;
}

/**
 * Latency and cost of the parts of traces whose rows fit conditions on the environment: a trace may go through several. A trace of
 * which nothing fits is missing.
 */
export async function readTraceShares(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
  conditions: readonly FilterCondition[],
): Promise<Map<string, TraceShare>> {
  if (traceIds.length === 0) return new Map();
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<{ trace_id: string; share_latency: number | null; share_cost: number | null }>(
    reader,
    `SELECT trace_id, ${LATENCY} AS share_latency,
  if(countIf(total_cost IS NOT NULL) = 0, NULL, sum(counted_cost)) AS share_cost
${query.from('observations', IS_STEP, `trace_id IN ${query.texts(traceIds)}`, ...rowsInEnvironment(query, conditions))}
GROUP BY trace_id`,
  );
  return new Map(
    rows.map(({ trace_id, share_latency, share_cost }) => [trace_id, { latency: share_latency, totalCost: share_cost }]),
  );
}
