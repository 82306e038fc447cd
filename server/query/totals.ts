import type { AnalyticsReader } from '../store/analytics/port.ts';
import { type ListScope, narrow } from './list-scope.ts';
import { observationSet } from './observation-set.ts';
import { ProjectQuery } from './scope.ts';
import { traceSet } from './trace-set.ts';

/** How many traces or observations fit. */
export async function countMatches(
  reader: AnalyticsReader,
  projectId: string,
  list: 'traces' | 'observations',
  scope: ListScope,
): Promise<number> {
  const query = new ProjectQuery(projectId);
  const narrowed = narrow(list, scope);
  const sql =
    list === 'traces'
      ? `SELECT count() AS count FROM (\n${traceSet(query, narrowed, narrowed)}\n)`
      : `SELECT count() AS count ${observationSet(query, narrowed, narrowed)}`;
  const [row] = await query.ask<{ count: number }>(reader, sql);
  return row?.count ?? 0;
}
