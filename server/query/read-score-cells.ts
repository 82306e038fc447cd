import type { z } from 'zod';
import type { scoreCell } from '../../contract/trace.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { ProjectQuery } from './scope.ts';

export type ScoreCell = z.infer<typeof scoreCell>;

/** Scores of each trace (with those of its steps), folded by name for a table's cells, names in order. */
export async function readScoreCells(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
): Promise<Map<string, ScoreCell[]>> {
  const cells = new Map<string, ScoreCell[]>();
  if (traceIds.length === 0) return cells;
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<ScoreCell & { trace_id: string; dataType: string }>(
    reader,
    `SELECT trace_id, name, data_type AS dataType,
  avgIf(value, data_type IN ('NUMERIC', 'BOOLEAN')) AS mean,
  arraySlice(arraySort(groupUniqArrayIf(string_value, string_value != '' AND data_type NOT IN ('NUMERIC', 'CORRECTION'))), 1, 5) AS values,
  count() AS count
${query.from('scores', `trace_id IN ${query.texts(traceIds)}`)}
GROUP BY trace_id, name, data_type
ORDER BY name, data_type`,
  );
  for (const { trace_id, ...cell } of rows) {
    const list = cells.get(trace_id);
    if (list) list.push(cell);
    else cells.set(trace_id, [cell]);
  }
  return cells;
}
