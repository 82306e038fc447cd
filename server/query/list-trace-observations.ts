import type { ObservationDetail } from '../../contract/observation.ts';
import { createBreath } from '../lib/gently.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { type FindPrices, presentDetail } from './present-observation.ts';
import { observationOf, selectObservation } from './read-observations.ts';
import { readTraceFacts } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { IS_STEP } from './trace-summary.ts';

/** The steps of a trace whole, in start order, a page at a time; null when nothing of the trace was received. */
export async function listTraceObservations(
  reader: AnalyticsReader,
  findPrices: FindPrices,
  projectId: string,
  traceId: string,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ data: ObservationDetail[]; nextCursor: string | null } | null> {
  const query = new ProjectQuery(projectId);
  const after = readCursor(page.cursor, 'trace', ['number', 'string']);
  const beyond = after && `(start_time, id) > (${query.time(Number(after[0]))}, ${query.text(String(after[1]))})`;
  const [found, traces] = await Promise.all([
    query.ask<Record<string, unknown>>(
      reader,
      `SELECT ${selectObservation()}
${query.from('observations', `trace_id = ${query.text(traceId)}`, IS_STEP, beyond ?? undefined)}
ORDER BY start_time, id LIMIT ${query.integer(page.limit + 1)}`,
    ),
    readTraceFacts(reader, projectId, [traceId]),
  ]);
  const trace = traces.get(traceId);
  if (!trace) return null;
  const rows = found.slice(0, page.limit).map(observationOf);
  const last = found.length > page.limit ? rows[rows.length - 1] : undefined;
  const breath = createBreath();
  const data: ObservationDetail[] = [];
  for (const row of rows) {
    if (breath.due()) await breath.take();
    const prices = row.price_model_id ? await findPrices(projectId, row.price_model_id, row.price_tier_id) : null;
    data.push(presentDetail(row, trace, prices));
  }
  return { data, nextCursor: last ? writeCursor('trace', [last.start_time, last.id]) : null };
}
