import type { Micros, ObservationRow } from '../rows.ts';
import { sumOfTypes, TRACE_FOLD_COLUMNS, type TraceFoldRow } from './fold-trace.ts';
import { beginningOf } from './trace-row.ts';

/** What is known of one row of a trace: what its fold needs, which version it is, and how it is marked in the store. */
export interface KnownRow extends TraceFoldRow {
  row_version: number;
  is_deleted: 0 | 1;
  repeats: number;
  repeat_of: string;
  repeat_reason: string;
  /** Its input, output and metadata are not at hand. */
  bare: boolean;
  /** It is in the store, so that another mark has to be written there. */
  stored: boolean;
}

/** All that is known of one trace. */
export interface KnownTrace {
  projectId: string;
  traceId: string;
  /** By sorting key, tombstones included: what arrives later with a lower version changes nothing. */
  rows: Map<string, KnownRow>;
  /** Hours under which a summary stands. */
  hours: Set<Micros>;
  /** The trace was deleted. */
  deleted: boolean;
}

export const HOUR: Micros = 3_600_000_000;
export const hourOf = (time: Micros): Micros => Math.floor(time / HOUR) * HOUR;

const keyOf = (row: Pick<ObservationRow, 'id' | 'type' | 'start_time'>): string =>
  `${hourOf(row.start_time)} ${row.type === 'TRACE' ? 'T' : 'S'} ${row.id}`;

/** Takes a row in unless a newer version of it is known; of equal ones the later counts, as in the engine. */
export function takeIn(trace: KnownTrace, row: KnownRow): void {
  const key = keyOf(row);
  const known = trace.rows.get(key);
  if (known && known.row_version > row.row_version) return;
  trace.rows.set(key, row);
}

/** Rows that a reader would see. A step that stands under two hours while it is being moved counts once, as it was written last. */
export function aliveRows(trace: KnownTrace): KnownRow[] {
  const newest = new Map<string, KnownRow>();
  for (const row of trace.rows.values()) {
    if (row.is_deleted) continue;
    const key = `${row.type === 'TRACE' ? 'T' : 'S'} ${row.id}`;
    const other = newest.get(key);
    if (!other || other.row_version <= row.row_version) newest.set(key, row);
  }
  return [...newest.values()];
}

/** What a fold needs of a row that is about to be stored. */
export function knownRow(row: ObservationRow): KnownRow {
  const known: Record<string, unknown> = {};
  for (const column of TRACE_FOLD_COLUMNS) known[column] = row[column];
  return Object.assign(known as unknown as TraceFoldRow, {
    row_version: row.row_version,
    is_deleted: row.is_deleted,
    repeats: 0,
    repeat_of: '',
    repeat_reason: '',
    bare: false,
    stored: false,
  });
}

/** Makes a row small after a fold; `speaks`: its texts will be asked for again. */
export function slim(row: KnownRow, speaks: boolean): void {
  if (row.bare) return;
  row.cost_details = { input: sumOfTypes(row.cost_details, 'input'), output: sumOfTypes(row.cost_details, 'output') };
  row.trace_input = beginningOf(row.trace_input);
  row.trace_output = beginningOf(row.trace_output);
  row.input = speaks ? beginningOf(row.input) : '';
  row.output = speaks ? beginningOf(row.output) : '';
  if (!speaks) row.metadata = {};
  row.bare = !speaks;
}
