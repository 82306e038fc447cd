import { checkCondition, findColumn, type ListName } from '../../../contract/filter/columns.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { MetricView } from '../../../contract/metrics.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { booleanCondition, numberCondition, textCondition, textsCondition } from '../conditions.ts';
import type { ProjectQuery } from '../scope.ts';
import type { MetricField, MetricFields } from './field.ts';

/**
 * Splits the filter of a question: conditions on a dimension look at the very value that rows are grouped by, the others at columns of
 * the list behind the view (contract §5.6, so that `latency` there is in seconds).
 * @throws AppError 400 that names the condition and an unknown column or one that it does not fit
 */
export function splitFilters(
  view: MetricView,
  dimensions: MetricFields,
  filters: readonly FilterCondition[],
): { onFields: { field: MetricField; condition: FilterCondition }[]; onColumns: FilterCondition[] } {
  const list: ListName = view === 'traces' || view === 'observations' ? view : 'scores';
  const onFields: { field: MetricField; condition: FilterCondition }[] = [];
  const onColumns: FilterCondition[] = [];
  filters.forEach((condition, i) => {
    const { column, type } = condition;
    const field = Object.hasOwn(dimensions, column) ? dimensions[column] : undefined;
    const refuse = (problem: string): never => {
      throw invalidRequest(`filters[${i}]: ${problem}`);
    };
    const id = findColumn(list, column)?.id;
    if (id === 'metadata' && type !== 'stringObject') refuse('A condition on metadata must be of type stringObject.');
    if (id === 'tags' && type !== 'arrayOptions') refuse('A condition on tags must be of type arrayOptions.');
    if (field && !field.explode) {
      const fitting: readonly string[] = FITTING[field.kind];
      if (!fitting.includes(type)) {
        refuse(`Column "${column}" takes a condition of type ${fitting.join(', ')}, not ${type}.`);
      }
      if (field.listed) onColumns.push(condition);
      else onFields.push({ field, condition });
      return;
    }
    const problem = checkCondition(list, condition);
    if (problem) refuse(problem);
    onColumns.push(condition);
  });
  return { onFields, onColumns };
}

const FITTING = {
  text: ['string', 'stringOptions', 'null'],
  texts: ['arrayOptions'],
  number: ['number', 'null'],
  boolean: ['boolean'],
};

/** SQL of a condition on a field's value. */
export function fieldCondition(query: ProjectQuery, field: MetricField, value: string, condition: FilterCondition): string {
  const test = { text: textCondition, texts: textsCondition, number: numberCondition, boolean: booleanCondition }[field.kind];
  return test(query, value, condition);
}
