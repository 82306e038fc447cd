import type { AnalyticsReader } from './port.ts';
import { type EntityKey, groupIds } from './read-log.ts';
import type { EventRow } from './rows.ts';

/** Records of one span that are looked at, the first in time. */
const RECORDS_OF_A_SPAN = 1000;

export type RecordRow = Pick<EventRow, 'project_id' | 'entity_id' | 'event_id' | 'event_time' | 'body'>;

/** The log records of these entities (`logEntityId`), in order of time. */
export async function readRecords(store: AnalyticsReader, keys: readonly EntityKey[]): Promise<RecordRow[]> {
  const found: RecordRow[] = [];
  for (const { project_id, ids } of groupIds(keys)) {
    const rows = await store.query<RecordRow>(
      `SELECT project_id, entity_id, event_id, toUnixTimestamp64Micro(event_time) AS event_time, body FROM events
       WHERE project_id = {project:String} AND entity = 'log' AND entity_id IN {ids:Array(String)}
       ORDER BY entity_id, events.event_time, event_id LIMIT ${RECORDS_OF_A_SPAN} BY entity_id`,
      { project: project_id, ids },
    );
    for (const row of rows) found.push(row);
  }
  return found;
}
