import type { ObservationSummary } from '../../contract/observation.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros, ObservationRow } from '../store/analytics/rows.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { boundsOf, type ListScope, narrow, windowsBack } from './list-scope.ts';
import type { PageRequest } from './list-traces.ts';
import { observationOrder } from './observation-columns.ts';
import { observationSet } from './observation-set.ts';
import { presentSummary } from './present-observation.ts';
import { readObservations } from './read-observations.ts';
import { readTraceFacts } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';

/** Place of a row in a list: the ordering's value, trace and id. */
interface Found {
  trace_id: string;
  id: string;
  order_key: string | number;
}

/** Steps of a project a page at a time, newest first unless `orderBy` says otherwise. `nextCursor` is null on the last page. */
export async function listObservations(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  page: PageRequest,
): Promise<{ data: ObservationSummary[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await listObservationRows(reader, projectId, scope, page, WITHOUT);
  const traces = await readTraceFacts(reader, projectId, [...new Set(rows.map(({ trace_id }) => trace_id))]);
  return { data: rows.map((row) => presentSummary(row, traces.get(row.trace_id))), nextCursor };
}

const WITHOUT: (keyof ObservationRow)[] = [
  'metadata',
  'trace_metadata',
  'trace_input',
  'trace_output',
  'events',
  'links',
  'tool_definitions',
];

/** As `listObservations`, with rows as stored; the columns `without` are left empty. */
export async function listObservationRows(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  page: PageRequest,
  without: readonly (keyof ObservationRow)[] = [],
): Promise<{ rows: ObservationRow[]; nextCursor: string | null }> {
  const narrowed = narrow('observations', scope);
  const { column, direction } = page.orderBy ?? { column: 'startTime', direction: 'desc' };
  const order = observationOrder(column);
  const name = `${order.id}.${direction}`;
  const after = readCursor(page.cursor, name, [order.text ? 'string' : 'number', 'string', 'string']);
  const size = page.limit + 1;
  const found =
    name === 'startTime.desc'
      ? await newestFirst(reader, projectId, narrowed, after as [Micros, string, string] | null, size)
      : await select(reader, projectId, narrowed, narrowed, { ...order, direction }, after, size);
  const shown = found.slice(0, page.limit);
  const rows = await readObservations(reader, projectId, shown, without);
  const last = found.length > page.limit ? shown[shown.length - 1] : undefined;
  return {
    rows: inOrderOf(shown, rows),
    nextCursor: last ? writeCursor(name, [last.order_key, last.trace_id, last.id]) : null,
  };
}

/** Rows in the order in which they were found; one that was deleted in between is left out. */
export function inOrderOf(found: readonly { trace_id: string; id: string }[], rows: readonly ObservationRow[]): ObservationRow[] {
  const byKey = new Map(rows.map((row) => [JSON.stringify([row.trace_id, row.id]), row]));
  return found.map(({ trace_id, id }) => byKey.get(JSON.stringify([trace_id, id]))).filter((row) => row !== undefined);
}

async function newestFirst(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  after: [Micros, string, string] | null,
  size: number,
): Promise<Found[]> {
  const bounds = await boundsOf(reader, projectId);
  if (!bounds) return [];
  const start = Math.max(scope.from ?? bounds.start, bounds.start);
  const end = Math.min(scope.to ?? bounds.end, bounds.end, after ? after[0] + 1 : Number.POSITIVE_INFINITY);
  const found: Found[] = [];
  for (const window of windowsBack(bounds, start, end)) {
    const order = { value: 'toUnixTimestamp64Micro(start_time)', text: false, direction: 'desc' } as const;
    found.push(...(await select(reader, projectId, window, scope, order, after, size - found.length)));
    if (found.length >= size) break;
  }
  return found;
}

async function select(
  reader: AnalyticsReader,
  projectId: string,
  range: { from?: Micros | undefined; to?: Micros | undefined },
  scope: ListScope,
  order: { value: string; text: boolean; direction: 'asc' | 'desc' },
  after: (string | number)[] | null,
  size: number,
): Promise<Found[]> {
  const query = new ProjectQuery(projectId);
  const direction = order.direction.toUpperCase();
  const compare = order.direction === 'asc' ? '>' : '<';
  const key = after && (order.text ? query.text(String(after[0])) : query.number(Number(after[0])));
  const beyond =
    after &&
    `(${order.value}, trace_id, id) ${compare} (${key}, ${query.text(String(after[1]))}, ${query.text(String(after[2]))})`;
  return query.ask<Found>(
    reader,
    `SELECT trace_id, id, ${order.value} AS order_key
${observationSet(query, range, scope, beyond ?? undefined)}
ORDER BY order_key ${direction}, trace_id ${direction}, id ${direction} LIMIT ${query.integer(size)}`,
  );
}
