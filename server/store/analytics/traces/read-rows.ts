import type { Engine } from '../engine.ts';
import type { Micros } from '../rows.ts';
import { TRACE_FOLD_COLUMNS } from './fold-trace.ts';
import { HOUR, hourOf, type KnownRow, type KnownTrace, takeIn } from './known-trace.ts';
import { TRACE_PREVIEW } from './trace-row.ts';

const TIMES = new Set<string>(['start_time', 'end_time', 'created_at', 'updated_at']);
/** Columns that are wide and asked for of few rows. */
const TEXTS = new Set<string>(['input', 'output', 'metadata']);
const beginning = (column: string) => `substringUTF8(${column}, 1, ${TRACE_PREVIEW}) AS c_${column}`;

const costOf = (word: string) =>
  `arraySum(arrayMap((k, v) -> if(position(k, '${word}') > 0, v, 0), mapKeys(cost_details), mapValues(cost_details)))`;

const SELECT = TRACE_FOLD_COLUMNS.filter((column) => !TEXTS.has(column))
  .map((column) => {
    if (TIMES.has(column)) return `toUnixTimestamp64Micro(${column}) AS c_${column}`;
    if (column === 'trace_input' || column === 'trace_output') return beginning(column);
    if (column === 'cost_details') return `(${costOf('input')}, ${costOf('output')}) AS c_cost_details`;
    return `${column} AS c_${column}`;
  })
  .concat(['row_version', 'is_deleted', 'repeats', 'repeat_of', 'repeat_reason'].map((column) => `${column} AS c_${column}`))
  .join(', ');

/** Every version is read and the newest taken here, so that tombstones are known as well. */
const UNMERGED = { final: 0 };
const IDS_AT_ONCE = 500;

/** `to` is exclusive. */
export interface Range {
  from: Micros;
  to: Micros;
}

/**
 * What is in the store of the given traces; those that it does not know have no rows. Where their rows lie in time their summaries say,
 * unless a range is given, or `everywhere`.
 */
export async function readKnownTraces(
  engine: Engine,
  projectId: string,
  traceIds: readonly string[],
  range?: Range | 'everywhere',
): Promise<Map<string, KnownTrace>> {
  const known = new Map<string, KnownTrace>(
    traceIds.map((traceId) => [traceId, { projectId, traceId, rows: new Map(), hours: new Set(), deleted: false }]),
  );
  for (const ids of portions(traceIds, IDS_AT_ONCE)) {
    const [from, to] = await readSummaries(engine, projectId, ids, known);
    if (range !== undefined) {
      await readRows(engine, projectId, ids, range === 'everywhere' ? undefined : range, known);
      continue;
    }
    const there = ids.filter((id) => known.get(id)!.hours.size > 0 || known.get(id)!.deleted);
    if (there.length > 0) await readRows(engine, projectId, there, { from: hourOf(from), to: hourOf(to) + HOUR }, known);
  }
  return known;
}

/** Reads where summaries stand, and gives the time in which the rows of these traces start. */
async function readSummaries(
  engine: Engine,
  projectId: string,
  ids: readonly string[],
  known: ReadonlyMap<string, KnownTrace>,
): Promise<[Micros, Micros]> {
  const rows = await engine.select<{ id: string; hour: Micros; gone: number; was_deleted: number; first: Micros; last: Micros }>(
    `SELECT trace_id AS id, toUnixTimestamp(toStartOfHour(timestamp)) * 1000000 AS hour, argMax(is_deleted, row_version) AS gone,
  toUInt8(argMax(deleted, row_version)) AS was_deleted, toUnixTimestamp64Micro(argMax(first_start, row_version)) AS first,
  toUnixTimestamp64Micro(argMax(last_start, row_version)) AS last
FROM traces WHERE project_id = {project:String} AND trace_id IN {ids:Array(String)} GROUP BY id, hour`,
    { project: projectId, ids },
    UNMERGED,
  );
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { id, hour, gone, was_deleted: deleted, first, last } of rows) {
    const trace = known.get(id)!;
    if (!gone) trace.hours.add(hour);
    if (deleted) trace.deleted = true;
    if (gone && !deleted) continue;
    from = Math.min(from, first);
    to = Math.max(to, last);
  }
  for (const trace of known.values()) if (trace.hours.size > 0) trace.deleted = false;
  return [from, to];
}

/** Reads the rows of traces, without the wide texts, in a span of time (`to` exclusive) or in all. */
async function readRows(
  engine: Engine,
  projectId: string,
  ids: readonly string[],
  range: Range | undefined,
  known: ReadonlyMap<string, KnownTrace>,
): Promise<void> {
  const within = range
    ? " AND start_time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')"
    : '';
  const rows = await engine.select<Record<string, unknown>>(
    `SELECT ${SELECT} FROM observations WHERE project_id = {project:String} AND trace_id IN {ids:Array(String)}${within}`,
    { project: projectId, ids, ...range },
    UNMERGED,
  );
  for (const selected of rows) {
    const row = rowOf(selected);
    takeIn(known.get(row.trace_id)!, row);
  }
}

function rowOf(selected: Record<string, unknown>): KnownRow {
  const row: Record<string, unknown> = { input: '', output: '', metadata: {}, bare: true, stored: true };
  for (const [name, value] of Object.entries(selected)) row[name.slice(2)] = value;
  const [input, output] = Object.values(row.cost_details as Record<string, number>);
  row.cost_details = { input, output };
  for (const flag of ['public', 'bookmarked', 'is_app_root', 'cost_provided', 'usage_estimated']) row[flag] = Boolean(row[flag]);
  return row as unknown as KnownRow;
}

/** Fills in the texts of rows that are `bare`, as far as a fold looks at them. */
export async function readTexts(engine: Engine, projectId: string, rows: readonly KnownRow[]): Promise<void> {
  for (const some of portions(rows, IDS_AT_ONCE)) {
    const starts = some.map(({ start_time }) => start_time);
    const found = await engine.select<
      { trace_id: string; id: string; c_kind: string; c_input: string; c_output: string } & Texts
    >(
      `SELECT trace_id, id, if(type = 'TRACE', 'TRACE', '') AS c_kind, ${beginning('input')}, ${beginning('output')}, metadata
FROM observations WHERE project_id = {project:String} AND trace_id IN {traces:Array(String)} AND id IN {ids:Array(String)}
  AND start_time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`,
      {
        project: projectId,
        traces: [...new Set(some.map(({ trace_id }) => trace_id))],
        ids: some.map(({ id }) => id),
        from: hourOf(starts.reduce((a, b) => Math.min(a, b))),
        to: hourOf(starts.reduce((a, b) => Math.max(a, b))) + HOUR,
      },
      {},
    );
    const byKey = new Map(found.map((row) => [JSON.stringify([row.trace_id, row.id, row.c_kind]), row]));
    for (const row of some) {
      const texts = byKey.get(JSON.stringify([row.trace_id, row.id, row.type === 'TRACE' ? 'TRACE' : '']));
      if (texts) Object.assign(row, { input: texts.c_input, output: texts.c_output, metadata: texts.metadata });
      row.bare = false;
    }
  }
}

interface Texts {
  metadata: Record<string, string>;
}

export function* portions<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
