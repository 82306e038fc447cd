import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { ProjectQuery } from '../scope.ts';
import { TRACE_FOLD } from '../trace-fold-sql.ts';

/** When a step began, or its trace when no step is named; null while it has not come. */
export async function findStart(
  reader: AnalyticsReader,
  projectId: string,
  traceId: string,
  observationId: string | null,
): Promise<Micros | null> {
  const query = new ProjectQuery(projectId);
  const step = observationId === null ? undefined : `id = ${query.text(observationId)} AND type != 'TRACE'`;
  const [found] = await query.ask<{ start: Micros; rows: number }>(
    reader,
    `SELECT toUnixTimestamp64Micro(${TRACE_FOLD.timestamp}) AS start, count() AS rows
${query.from('observations', `trace_id = ${query.text(traceId)}`, step)}`,
  );
  return found && found.rows > 0 ? found.start : null;
}
