import type { AnalyticsReader } from '../store/analytics/port.ts';
import { emptyObservation, type ObservationRow } from '../store/analytics/rows.ts';
import { type RowRange, within } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { IS_STEP } from './trace-summary.ts';

const TIMES = new Set<string>([
  'start_time',
  'end_time',
  'completion_start_time',
  'experiment_item_version',
  'created_at',
  'updated_at',
]);

const COLUMNS = Object.keys(emptyObservation('', '', '')) as (keyof ObservationRow)[];

/** Select list of whole rows; times come out under `…_micros` names, so that conditions still see the columns. */
export const selectObservation = (without: readonly (keyof ObservationRow)[] = []): string =>
  COLUMNS.filter((name) => !without.includes(name))
    .map((name) => (TIMES.has(name) ? `toUnixTimestamp64Micro(${name}) AS ${name}_micros` : name))
    .join(', ');

/** Undoes the renaming of `selectObservation`; columns that were left out are those of an empty row. */
export function observationOf(selected: Record<string, unknown>): ObservationRow {
  const row: Record<string, unknown> = emptyObservation('', '', '') as unknown as Record<string, unknown>;
  for (const name of COLUMNS) {
    const value = selected[TIMES.has(name) ? `${name}_micros` : name];
    if (value !== undefined) row[name] = value;
  }
  return row as unknown as ObservationRow;
}

/** Whole rows of the given steps; order is not promised, unknown ones are missing. `range`: where in time they start, if that is known. */
export async function readObservations(
  reader: AnalyticsReader,
  projectId: string,
  keys: readonly { trace_id: string; id: string }[],
  without: readonly (keyof ObservationRow)[] = [],
  range?: RowRange,
): Promise<ObservationRow[]> {
  if (keys.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const wanted = new Set(keys.map(({ trace_id, id }) => JSON.stringify([trace_id, id])));
  const traces = query.texts([...new Set(keys.map(({ trace_id }) => trace_id))]);
  const ids = query.texts([...new Set(keys.map(({ id }) => id))]);
  const rows = await query.ask<Record<string, unknown>>(
    reader,
    `SELECT ${selectObservation(without)} ${query.from('observations', `id IN ${ids}`, `trace_id IN ${traces}`, IS_STEP, within(query, 'start_time', range))}`,
  );
  return rows.map(observationOf).filter(({ trace_id, id }) => wanted.has(JSON.stringify([trace_id, id])));
}

/** The steps with that id: one, unless different traces use the same id. Newest first. */
export async function findObservations(reader: AnalyticsReader, projectId: string, id: string): Promise<ObservationRow[]> {
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<Record<string, unknown>>(
    reader,
    `SELECT ${selectObservation()} ${query.from('observations', `id = ${query.text(id)}`, IS_STEP)} ORDER BY start_time DESC LIMIT 10`,
  );
  return rows.map(observationOf);
}

/** All whole steps of traces in start order. */
export async function readStepsOfTraces(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
): Promise<ObservationRow[]> {
  if (traceIds.length === 0) return [];
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<Record<string, unknown>>(
    reader,
    `SELECT ${selectObservation()} ${query.from('observations', `trace_id IN ${query.texts(traceIds)}`, IS_STEP)}
ORDER BY start_time, id`,
  );
  return rows.map(observationOf);
}
