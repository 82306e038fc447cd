import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { HOUR } from './list-scope.ts';
import type { ProjectQuery } from './scope.ts';
import { traceCondition } from './trace-columns.ts';
import { TRACE_FOLD } from './trace-fold-sql.ts';
import { foundBy } from './words.ts';

/**
 * A trace belongs to the time of its timestamp, but its rows reach beyond: rows of this long before and after a range are read to
 * decide on the traces inside. In a project of many rows a trace with a longer pause at the edge of a range is judged by a part of its
 * rows there; lists look at all rows of what they show, whatever their time.
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
  const rows = rowsAround(query, range, { before: READ_BEFORE, after: READ_AFTER });
  const conditions = scope.filter.map((condition) => traceCondition(query, condition));
  const found = foundBy(query, scope.search);
  const where = [
    ...rows,
    ...conditions.map(({ where }) => where),
    found && `trace_id IN (SELECT trace_id ${query.from('observations', ...rows, found)})`,
  ];
  const having = [
    range.from === undefined ? undefined : `at >= ${query.integer(range.from)}`,
    range.to === undefined ? undefined : `at < ${query.integer(range.to)}`,
    ...conditions.map(({ having }) => having),
  ].filter(Boolean);
  const columns = [
    'trace_id',
    `toUnixTimestamp64Micro(${TRACE_FOLD.timestamp}) AS at`,
    ...Object.entries(select).map(([name, expression]) => `${expression} AS ${name}`),
  ];
  return `SELECT ${columns.join(', ')}
${query.from('observations', ...where)}
GROUP BY trace_id${having.length > 0 ? `\nHAVING ${having.join(' AND ')}` : ''}`;
}
