import type { AnalyticsReader } from '../store/analytics/port.ts';
import { ProjectQuery } from './scope.ts';

/** Ids of the traces that a key sent steps of. */
export async function findTracesOfKey(reader: AnalyticsReader, projectId: string, publicKey: string): Promise<string[]> {
  const query = new ProjectQuery(projectId);
  const sql = `SELECT DISTINCT trace_id ${query.from('observations', `api_key = ${query.text(publicKey)}`)}`;
  return (await query.ask<{ trace_id: string }>(reader, sql)).map(({ trace_id }) => trace_id);
}
