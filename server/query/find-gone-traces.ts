import type { AnalyticsReader } from '../store/analytics/port.ts';
import { ProjectQuery } from './scope.ts';

const AT_ONCE = 500;

/** Those of the given traces of which nothing is left: neither a step nor a score. */
export async function findGoneTraces(reader: AnalyticsReader, projectId: string, traceIds: readonly string[]): Promise<string[]> {
  const left = new Set<string>();
  for (let at = 0; at < traceIds.length; at += AT_ONCE) {
    for (const table of ['observations', 'scores'] as const) {
      const query = new ProjectQuery(projectId);
      const among = `trace_id IN ${query.texts(traceIds.slice(at, at + AT_ONCE))}`;
      const rows = await query.ask<{ id: string }>(reader, `SELECT DISTINCT trace_id AS id ${query.from(table, among)}`);
      for (const { id } of rows) left.add(id);
    }
  }
  return traceIds.filter((id) => !left.has(id));
}
