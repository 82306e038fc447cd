import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { invalidRequest } from '../../lib/errors.ts';
import type { ExperimentColumn, ExperimentScope } from '../../query/experiments/experiment-rows.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import type { TimeRange } from '../datasets/index.ts';
import { fits } from './fits.ts';

/** Columns by which lists of experiments can be narrowed, and those of their items. */
export const EXPERIMENT_COLUMNS = ['experimentId', 'experimentName', 'datasetId'] as const satisfies ExperimentColumn[];
export const ITEM_COLUMNS = [...EXPERIMENT_COLUMNS, 'experimentItemId'] as const satisfies ExperimentColumn[];

/** @throws AppError 400 for a column that there is not, a condition that it does not take, or a range that is none */
export function assertScope(scope: ExperimentScope, columns: readonly string[]): void {
  for (const condition of scope.conditions) {
    if (!columns.includes(condition.column)) {
      throw invalidRequest(`There is no column "${condition.column}" here. Columns: ${columns.join(', ')}.`);
    }
    fits(condition, '');
  }
  if (scope.to !== undefined && scope.from > scope.to) throw invalidRequest('The range ends before it begins.');
}

/** Whether all conditions of the scope that name one of `values` hold. */
export const isWithin = (scope: ExperimentScope, values: Partial<Record<ExperimentColumn, string>>): boolean =>
  scope.conditions.every((condition) => {
    const value = values[condition.column as ExperimentColumn];
    return value === undefined || fits(condition, value);
  });

/** Whether some condition is on one of the columns. */
export const narrows = (scope: ExperimentScope, columns: readonly ExperimentColumn[]): boolean =>
  scope.conditions.some(({ column }: FilterCondition) => columns.includes(column as ExperimentColumn));

/** What PostgreSQL takes as a time. */
const EARLIEST = new Date('1900-01-01T00:00:00Z');

/** The range in whole milliseconds, as settings keep times: nothing of the scope is left out. */
export function rangeOf({ from, to }: ExperimentScope): TimeRange {
  const earliest = dateOf(from);
  return { from: earliest, ...(to !== undefined && { to: new Date(Math.ceil(to / 1000)) }) };
}

export const dateOf = (time: Micros): Date => new Date(Math.max(Math.floor(time / 1000), EARLIEST.getTime()));
export const microsOfDate = (date: Date): Micros => date.getTime() * 1000;
