import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { ProjectQuery } from '../scope.ts';
import { IS_STEP } from '../trace-summary.ts';

/** When a step began, or its trace when no step is named; null while it has not come. */
export async function findStart(
  reader: AnalyticsReader,
  projectId: string,
  traceId: string,
  observationId: string | null,
): Promise<Micros | null> {
  const query = new ProjectQuery(projectId);
  const ofTrace = `trace_id = ${query.text(traceId)}`;
  const found = await query.ask<{ start: Micros }>(
    reader,
    observationId === null
      ? `SELECT toUnixTimestamp64Micro(timestamp) AS start ${query.from('traces', ofTrace)} LIMIT 1`
      : `SELECT toUnixTimestamp64Micro(start_time) AS start
${query.from('observations', ofTrace, `id = ${query.text(observationId)}`, IS_STEP)} ORDER BY start_time LIMIT 1`,
  );
  return found[0]?.start ?? null;
}
