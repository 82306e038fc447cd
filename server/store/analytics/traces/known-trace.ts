import type { Micros, ObservationRow } from '../rows.ts';
import { sumOfTypes, type TraceFoldRow } from './fold-trace.ts';
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

/**
 * What a fold needs of a row that is about to be stored: of texts the beginnings that a summary holds. Named one by one, which takes a
 * tenth of the time of a walk through the names.
 */
export function knownRow(row: ObservationRow): KnownRow {
  return {
    trace_id: row.trace_id,
    id: row.id,
    parent_id: row.parent_id,
    type: row.type,
    name: row.name,
    start_time: row.start_time,
    end_time: row.end_time,
    level: row.level,
    environment: row.environment,
    release: row.release,
    version: row.version,
    model: row.model,
    response_id: row.response_id,
    cost_details: row.cost_details,
    total_cost: row.total_cost,
    cost_provided: row.cost_provided,
    usage_estimated: row.usage_estimated,
    input_tokens: row.input_tokens,
    output_tokens: row.output_tokens,
    total_tokens: row.total_tokens,
    input: beginningOf(row.input),
    output: beginningOf(row.output),
    metadata: row.metadata,
    trace_name: row.trace_name,
    user_id: row.user_id,
    session_id: row.session_id,
    tags: row.tags,
    public: row.public,
    bookmarked: row.bookmarked,
    edited: row.edited,
    trace_input: beginningOf(row.trace_input),
    trace_output: beginningOf(row.trace_output),
    trace_metadata: row.trace_metadata,
    is_app_root: row.is_app_root,
    experiment_dataset_id: row.experiment_dataset_id,
    experiment_id: row.experiment_id,
    experiment_name: row.experiment_name,
    scope_name: row.scope_name,
    via: row.via,
    created_at: row.created_at,
    updated_at: row.updated_at,
    row_version: row.row_version,
    is_deleted: row.is_deleted,
    repeats: 0,
    repeat_of: '',
    repeat_reason: '',
    bare: false,
    stored: false,
  };
}

/** Makes a row small after a fold; `speaks`: its texts will be asked for again. */
export function slim(row: KnownRow, speaks: boolean): void {
  if (row.bare) return;
  row.cost_details = { input: sumOfTypes(row.cost_details, 'input'), output: sumOfTypes(row.cost_details, 'output') };
  if (!speaks) Object.assign(row, { input: '', output: '', metadata: {} });
  row.bare = !speaks;
}
