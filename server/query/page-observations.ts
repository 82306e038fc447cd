import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { ObservationRow } from '../store/analytics/rows.ts';
import { inOrderOf } from './list-observations.ts';
import { type ListScope, narrow } from './list-scope.ts';
import { observationSet } from './observation-set.ts';
import { readObservations } from './read-observations.ts';
import { ProjectQuery } from './scope.ts';
import { countMatches } from './totals.ts';

/** One numbered page of steps, newest first, with the number of all that fit, for APIs that count pages: the whole range is read. */
export async function pageObservations(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  page: { offset: number; limit: number },
): Promise<{ rows: ObservationRow[]; total: number }> {
  const narrowed = narrow('observations', scope);
  const query = new ProjectQuery(projectId);
  const [found, total] = await Promise.all([
    query.ask<{ trace_id: string; id: string }>(
      reader,
      `SELECT trace_id, id ${observationSet(query, narrowed, narrowed)}
ORDER BY start_time DESC, trace_id DESC, id DESC LIMIT ${query.integer(page.limit)} OFFSET ${query.integer(page.offset)}`,
    ),
    countMatches(reader, projectId, 'observations', narrowed),
  ]);
  return { rows: inOrderOf(found, await readObservations(reader, projectId, found)), total };
}
