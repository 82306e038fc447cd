import type { AnalyticsReader } from '../store/analytics/port.ts';
import { ProjectQuery } from './scope.ts';

/** Whether anything is stored in a project. */
export async function hasTraces(reader: AnalyticsReader, projectId: string): Promise<boolean> {
  const query = new ProjectQuery(projectId);
  return (await query.ask(reader, `SELECT 1 AS found ${query.fromUnmerged('observations')} LIMIT 1`)).length > 0;
}
