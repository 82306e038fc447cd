import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { HOUR } from './list-scope.ts';
import type { ProjectQuery } from './scope.ts';
import { traceCondition } from './trace-columns.ts';
import { foundBy } from './words.ts';

/**
 * A trace belongs to the time of its timestamp, but its rows reach beyond: a search looks at rows of this long before and after a range
 * for the words of the traces inside, and in a project of few rows at all of them.
 */
const READ_BEFORE: Micros = HOUR;
const READ_AFTER: Micros = 12 * HOUR;

/** Time range of rows as conditions. */
export function rowsBetween(query: ProjectQuery, from: Micros | undefined, to: Micros | undefined): (string | undefined)[] {
  return [
    from === undefined ? undefined : `start_time >= ${query.time(from)}`,
    to === undefined ? undefined : `start_time < ${query.time(to)}`,
  ];
}

/** A project that has no more rows than this is read whole, so that every trace in it is judged by all its rows: some 10 ms of work. */
const FEW_ROWS = 50_000;

/** As `rowsBetween`, with room before and after the range: all rows of a project that has few. */
export function rowsAround(
  query: ProjectQuery,
  range: { from?: Micros | undefined; to?: Micros | undefined },
  room: { before: Micros; after: Micros },
): (string | undefined)[] {
  if (range.from === undefined && range.to === undefined) return [];
  // A constant to the engine, which goes on to prune by the bounds; counted without merging, from what it knows of its parts.
  const few = `(SELECT count() <= ${FEW_ROWS} ${query.fromUnmerged('observations')} SETTINGS final = 0)`;
  const bound = (all: Micros, at: Micros) => `if(${few}, ${query.time(all)}, ${query.time(at)})`;
  return [
    range.from === undefined ? undefined : `start_time >= ${bound(Number.NEGATIVE_INFINITY, range.from - room.before)}`,
    range.to === undefined ? undefined : `start_time < ${bound(Number.POSITIVE_INFINITY, range.to + room.after)}`,
  ];
}

/** `FROM … WHERE …` of the traces of a range that fit all conditions and the search. */
export function fromTraces(
  query: ProjectQuery,
  range: { from?: Micros | undefined; to?: Micros | undefined },
  scope: { filter: readonly FilterCondition[]; search?: string | undefined },
  ...more: readonly (string | undefined)[]
): string {
  const found = foundBy(query, scope.search);
  const rows = found === undefined ? [] : rowsAround(query, range, { before: READ_BEFORE, after: READ_AFTER });
  return query.from(
    'traces',
    range.from === undefined ? undefined : `timestamp >= ${query.time(range.from)}`,
    range.to === undefined ? undefined : `timestamp < ${query.time(range.to)}`,
    ...scope.filter.map((condition) => `(${traceCondition(query, condition)})`),
    found && `trace_id IN (SELECT trace_id ${query.from('observations', ...rows, found)})`,
    ...more,
  );
}

/**
 * SELECT of the traces of a range that fit all conditions and the search, one row each: `trace_id`, `at` (microseconds) and the
 * expressions of `select` under their names (which must not be those of columns).
 */
export function traceSet(
  query: ProjectQuery,
  range: { from?: Micros | undefined; to?: Micros | undefined },
  scope: { filter: readonly FilterCondition[]; search?: string | undefined },
  select: Readonly<Record<string, string>> = {},
): string {
  const columns = [
    'trace_id',
    'toUnixTimestamp64Micro(timestamp) AS at',
    ...Object.entries(select).map(([name, expression]) => `${expression} AS ${name}`),
  ];
  return `SELECT ${columns.join(', ')}\n${fromTraces(query, range, scope)}`;
}
