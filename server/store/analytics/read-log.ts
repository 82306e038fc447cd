import type { AnalyticsReader } from './port.ts';
import type { EventRow } from './rows.ts';

/** All known events of one entity. */
export interface EntityLog {
  project_id: string;
  entity: EventRow['entity'];
  entity_id: string;
  events: EventRow[];
}

/** Names an entity. */
export type EntityKey = Pick<EventRow, 'project_id' | 'entity' | 'entity_id'>;

/** Ids in one question: a statement and an address have a length limit, ids may have 800 characters. */
const IDS_BYTES = 64 * 1024;

/** Everything that was ever logged of the entities that `touched` belongs to. `touched` must have been stored before. */
export async function readLogs(store: AnalyticsReader, touched: readonly EntityKey[]): Promise<EntityLog[]> {
  const logs: EntityLog[] = [];
  for (const { project_id, entity, ids } of groupIds(touched)) {
    const rows = await store.query<EventRow>(
      `SELECT project_id, entity, entity_id, event_id, toUnixTimestamp64Micro(event_time) AS event_time, event_type, body,
              api_key, sdk_name, sdk_version, toUnixTimestamp64Micro(received_at) AS received_at
       FROM events
       WHERE project_id = {project:String} AND entity = {entity:String} AND entity_id IN {ids:Array(String)}`,
      { project: project_id, entity, ids },
    );
    const byEntity = new Map<string, EntityLog>();
    for (const row of rows) {
      let log = byEntity.get(row.entity_id);
      if (!log) {
        log = { project_id, entity, entity_id: row.entity_id, events: [] };
        byEntity.set(row.entity_id, log);
        logs.push(log);
      }
      log.events.push(row);
    }
  }
  return logs;
}

/** The touched entities, each once, in questions of one project and kind. */
export function groupIds(touched: readonly EntityKey[]): { project_id: string; entity: EventRow['entity']; ids: string[] }[] {
  const seen = new Map<string, Map<EventRow['entity'], Set<string>>>();
  for (const { project_id, entity, entity_id } of touched) {
    const ofProject = seen.get(project_id) ?? new Map<EventRow['entity'], Set<string>>();
    seen.set(project_id, ofProject);
    const ids = ofProject.get(entity) ?? new Set<string>();
    ofProject.set(entity, ids.add(entity_id));
  }
  const questions: { project_id: string; entity: EventRow['entity']; ids: string[] }[] = [];
  for (const [project_id, ofProject] of seen) {
    for (const [entity, all] of ofProject) {
      let ids: string[] = [];
      let bytes = 0;
      for (const id of all) {
        if (bytes + id.length > IDS_BYTES) {
          questions.push({ project_id, entity, ids });
          ids = [];
          bytes = 0;
        }
        ids.push(id);
        bytes += id.length + 3;
      }
      questions.push({ project_id, entity, ids });
    }
  }
  return questions;
}
