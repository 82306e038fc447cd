import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { ProjectQuery } from '../scope.ts';

/** When a trace began and ended. */
export interface TraceSpan {
  traceId: string;
  began: Micros;
  ended: Micros;
  /** Id of its first step without a parent, or of its first step; empty when it has none. */
  rootId: string;
}

/** Traces in one question: its values travel in the address of a request. */
const AT_ONCE = 500;

/** The spans of traces, by id; unknown ones are missing. */
export async function readSpansOfTraces(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
): Promise<Map<string, TraceSpan>> {
  const spans = new Map<string, TraceSpan>();
  for (let from = 0; from < traceIds.length; from += AT_ONCE) {
    const query = new ProjectQuery(projectId);
    const ids = query.texts(traceIds.slice(from, from + AT_ONCE));
    const rows = await query.ask<TraceSpan>(
      reader,
      `SELECT trace_id AS traceId, toUnixTimestamp64Micro(any(summary.timestamp)) AS began,
  max(toUnixTimestamp64Micro(ifNull(end_time, start_time))) AS ended,
  argMinIf(id, (parent_id != '', start_time, id), type != 'TRACE') AS rootId
FROM (SELECT trace_id, id, parent_id, type, start_time, end_time ${query.from('observations', `trace_id IN ${ids}`)}) AS steps
INNER JOIN (SELECT trace_id, timestamp ${query.from('traces', `trace_id IN ${ids}`)}) AS summary USING (trace_id)
GROUP BY trace_id`,
    );
    for (const row of rows) spans.set(row.traceId, row);
  }
  return spans;
}
