import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { HOUR } from './list-scope.ts';
import { observationCondition } from './observation-columns.ts';
import type { ProjectQuery } from './scope.ts';
import { rowsAround, rowsBetween } from './trace-set.ts';
import { IS_STEP } from './trace-summary.ts';
import { foundBy } from './words.ts';

/** Rows this far around a range are read for what only a step's trace says. */
const READ_AROUND: Micros = 24 * HOUR;

/** `FROM … WHERE …` of the steps that start in a range and fit all conditions and the search. */
export function observationSet(
  query: ProjectQuery,
  range: { from?: Micros | undefined; to?: Micros | undefined },
  scope: { filter: readonly FilterCondition[]; search?: string | undefined },
  ...more: (string | undefined)[]
): string {
  const around = rowsAround(query, range, { before: READ_AROUND, after: READ_AROUND });
  return query.from(
    'observations',
    ...rowsBetween(query, range.from, range.to),
    IS_STEP,
    ...scope.filter.map((condition) => `(${observationCondition(query, condition, around)})`),
    foundBy(query, scope.search),
    ...more,
  );
}
