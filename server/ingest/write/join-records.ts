import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { EntityKey } from '../../store/analytics/read-log.ts';
import { readRecords } from '../../store/analytics/read-records.ts';
import { readRows } from '../../store/analytics/read-rows.ts';
import { type EventRow, logEntityId, type ObservationRow } from '../../store/analytics/rows.ts';
import { completeRow } from '../logs/complete-row.ts';
import { readRecord, type StoredRecord } from '../logs/stored-record.ts';

const keyOf = (projectId: string, entityId: string) => `${projectId} ${entityId}`;
const entityOf = (row: ObservationRow) => logEntityId(row.trace_id, row.id);

/**
 * Rows that log records complete: of the spans in `rows`, and of those that `records` belong to. Both must have been written before this
 * reads, and `version` taken between: of two commits that bring a span and its records at the same time, the one that reads later sees both
 * and has the higher version. See docs/adr/011.
 * @returns new versions of rows that are not yet as their records say
 */
export async function joinRecords(
  store: AnalyticsReader,
  rows: readonly ObservationRow[],
  records: readonly EventRow[],
  version: number,
): Promise<ObservationRow[]> {
  const spans = new Map<string, ObservationRow>();
  for (const row of rows) if (row.type !== 'TRACE' && row.is_deleted === 0) spans.set(keyOf(row.project_id, entityOf(row)), row);
  const keys: EntityKey[] = [
    ...[...spans.values()].map((row) => ({ project_id: row.project_id, entity: 'log' as const, entity_id: entityOf(row) })),
    ...records,
  ];
  const found = await findRecords(store, keys);
  if (found.size === 0) return [];
  await addStored(store, records, spans);
  const completed: ObservationRow[] = [];
  for (const [key, ofSpan] of found) {
    const row = spans.get(key);
    if (!row) continue;
    const whole = completeRow(row, ofSpan);
    if (whole.input === row.input && whole.output === row.output && whole.events === row.events) continue;
    completed.push({ ...whole, row_version: version, updated_at: Math.max(row.updated_at, version) });
  }
  return completed;
}

async function findRecords(store: AnalyticsReader, keys: readonly EntityKey[]): Promise<Map<string, StoredRecord[]>> {
  const found = new Map<string, StoredRecord[]>();
  for (const row of await readRecords(store, keys)) {
    const key = keyOf(row.project_id, row.entity_id);
    const list = found.get(key);
    if (list) list.push(readRecord(row));
    else found.set(key, [readRecord(row)]);
  }
  return found;
}

/** Adds the rows of the records' spans that came before. */
async function addStored(
  store: AnalyticsReader,
  records: readonly EventRow[],
  spans: Map<string, ObservationRow>,
): Promise<void> {
  const missing = Map.groupBy(
    [...new Map(records.map((record) => [keyOf(record.project_id, record.entity_id), record])).entries()].filter(
      ([key]) => !spans.has(key),
    ),
    ([, { project_id }]) => project_id,
  );
  for (const [projectId, entries] of missing) {
    const wanted = entries.map(([, { entity_id }]) => {
      const blank = entity_id.lastIndexOf(' ');
      return { traceId: entity_id.slice(0, blank), id: entity_id.slice(blank + 1) };
    });
    for (const row of await readRows(store, projectId, wanted)) {
      const key = keyOf(row.project_id, entityOf(row));
      if (!spans.has(key)) spans.set(key, row);
    }
  }
}
