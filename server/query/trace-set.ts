import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { HOUR } from './list-scope.ts';
import type { ProjectQuery } from './scope.ts';
import { traceCondition } from './trace-columns.ts';
import { TRACE_FOLD } from './trace-fold-sql.ts';
import { foundBy } from './words.ts';

/**
 * A trace belongs to the time of its timestamp, but its rows reach beyond: rows of this long before and after a range are read to
 * decide on the traces inside. A trace with a longer pause at the edge of a range is judged by a part of its rows there; lists
 * look at all rows of what they show, whatever their time.
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
  const rows = rowsBetween(
    query,
    range.from === undefined ? undefined : range.from - READ_BEFORE,
    range.to === undefined ? undefined : range.to + READ_AFTER,
  );
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
