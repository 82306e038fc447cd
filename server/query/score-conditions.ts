import type { FilterCondition } from '../../contract/filter/condition.ts';
import { invalidRequest } from '../lib/errors.ts';
import { compareNumber } from './conditions.ts';
import type { ProjectQuery } from './scope.ts';

/** What the scores must be on: the row's trace (its own scores and those of its steps), the trace alone, or the step. */
export type ScoreTarget = 'trace' | 'traceOnly' | 'observation';

const SUBJECT: Record<ScoreTarget, { key: string; column: string; condition: string | undefined }> = {
  trace: { key: 'trace_id', column: 'trace_id', condition: "trace_id != ''" },
  traceOnly: { key: 'trace_id', column: 'trace_id', condition: "observation_id = '' AND trace_id != ''" },
  observation: { key: '(trace_id, id)', column: 'trace_id, observation_id', condition: "observation_id != ''" },
};

/**
 * SQL of a condition on the scores of a row, as a set of ids: numbers compare the mean of the numeric and yes/no scores of that name;
 * `any of` and `=` hold when one score fits, `none of` and `<>` when none does (also when there is none).
 */
export function scoreCondition(query: ProjectQuery, target: ScoreTarget, condition: FilterCondition): string {
  const { key, column, condition: subject } = SUBJECT[target];
  const having = (name: string, ...conditions: string[]) =>
    query.from('scores', subject, `name = ${query.text(name)}`, ...conditions);
  switch (condition.type) {
    case 'numberObject': {
      const mean = compareNumber(query, 'avg(value)', condition);
      const rows = having(condition.key, "data_type IN ('NUMERIC', 'BOOLEAN')");
      return `${key} IN (SELECT ${column} ${rows} GROUP BY ${column} HAVING ${mean})`;
    }
    case 'categoryOptions': {
      const rows = having(
        condition.key,
        "data_type IN ('CATEGORICAL', 'TEXT')",
        `string_value IN ${query.texts(condition.value)}`,
      );
      return `${key} ${condition.operator === 'any of' ? 'IN' : 'NOT IN'} (SELECT ${column} ${rows})`;
    }
    case 'booleanObject': {
      const rows = having(condition.key, "data_type = 'BOOLEAN'", `value = ${query.number(condition.value ? 1 : 0)}`);
      return `${key} ${condition.operator === '=' ? 'IN' : 'NOT IN'} (SELECT ${column} ${rows})`;
    }
    case 'stringOptions':
    case 'arrayOptions':
      return namedCategories(query, target, condition);
    default:
      throw invalidRequest(`Column "${condition.column}" does not take a condition of type ${condition.type}.`);
  }
}

/** Categories written `name:value`, as lists of options offer them. */
function namedCategories(
  query: ProjectQuery,
  target: ScoreTarget,
  condition: Extract<FilterCondition, { type: 'stringOptions' | 'arrayOptions' }>,
): string {
  const { key, column, condition: subject } = SUBJECT[target];
  const kind = "data_type IN ('CATEGORICAL', 'TEXT')";
  const named = (values: string[]) =>
    `(SELECT ${column} ${query.from('scores', subject, kind, `concat(name, ':', string_value) IN ${query.texts(values)}`)})`;
  if (condition.operator === 'all of')
    return `(${condition.value.map((value) => `${key} IN ${named([value])}`).join(' AND ') || 'true'})`;
  return `${key} ${condition.operator === 'any of' ? 'IN' : 'NOT IN'} ${named(condition.value)}`;
}
