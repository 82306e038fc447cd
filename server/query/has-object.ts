import type { AnalyticsReader } from '../store/analytics/port.ts';
import { ProjectQuery } from './scope.ts';
import { IS_STEP } from './trace-summary.ts';

/** Whether anything of the trace, step or session was received. */
export async function hasObject(
  reader: AnalyticsReader,
  projectId: string,
  type: 'TRACE' | 'OBSERVATION' | 'SESSION',
  id: string,
): Promise<boolean> {
  const query = new ProjectQuery(projectId);
  const bound = query.text(id);
  const condition = {
    TRACE: `trace_id = ${bound}`,
    OBSERVATION: `id = ${bound} AND ${IS_STEP}`,
    SESSION: `session_id = ${bound}`,
  };
  const rows = await query.ask(reader, `SELECT 1 AS found ${query.from('observations', condition[type])} LIMIT 1`);
  return rows.length > 0;
}
