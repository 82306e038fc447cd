import { RULE_FILTER_COLUMNS, type RuleCondition, type RuleTarget } from '../../../contract/evaluation-rule.ts';
import type { FilterType } from '../../../contract/filter/condition.ts';
import { LEVELS, OBSERVATION_TYPES } from '../../../contract/observation.ts';
import type { Problem } from './mapping.ts';

/** Types that may stand for the column's own (contract §5.6). */
const ALSO: Partial<Record<FilterType, readonly FilterType[]>> = {
  string: ['stringOptions'],
  stringOptions: ['string'],
  arrayOptions: ['stringOptions'],
};

/** Columns of which all values are known. */
const VALUES: Readonly<Record<string, readonly string[]>> = { type: OBSERVATION_TYPES, level: LEVELS };

/** Why a rule of this target cannot have these conditions, or null when it can (contract §1.18). */
export function ruleFilterProblem(target: RuleTarget, filter: readonly RuleCondition[]): Problem | null {
  for (const [index, condition] of filter.entries()) {
    const problem = conditionProblem(target, condition);
    if (problem) return { ...problem, message: `filter[${index}]: ${problem.message}` };
  }
  return null;
}

function conditionProblem(target: RuleTarget, condition: RuleCondition): Problem | null {
  const { column, type } = condition;
  const problem = (message: string, more: { invalidValues?: string[]; allowedValues: string[] }): Problem => ({
    message,
    refusal: { reason: 'invalid_filter_value', field: 'filter', column, ...more },
  });
  const known = Object.entries(RULE_FILTER_COLUMNS).filter(([, { only }]) => only === undefined || only === target);
  const expected = known.find(([name]) => name === column)?.[1].type;
  if (expected === undefined) {
    const allowedValues = known.map(([name]) => name);
    return problem(`Unknown column "${column}" for the target ${target}.`, { invalidValues: [column], allowedValues });
  }
  const fitting = [expected, ...(ALSO[expected] ?? [])];
  if (!fitting.includes(type)) {
    const message = `Column "${column}" takes a condition of type ${fitting.join(' or ')}, not ${type}.`;
    return problem(message, { invalidValues: [type], allowedValues: fitting });
  }
  if ((type === 'string' || type === 'stringObject') && condition.operator === 'matches') {
    const allowedValues = ['=', 'contains', 'does not contain', 'starts with', 'ends with'];
    return problem('The operator "matches" is not one of rules.', { invalidValues: ['matches'], allowedValues });
  }
  const values = Object.hasOwn(VALUES, column) ? VALUES[column] : undefined;
  if (!values) return null;
  const asked =
    type === 'stringOptions' ? condition.value : type === 'string' && condition.operator === '=' ? [condition.value] : [];
  const invalidValues = asked.filter((value) => !values.includes(value));
  if (invalidValues.length === 0) return null;
  return problem(`Column "${column}" never has the value ${invalidValues.join(', ')}.`, {
    invalidValues,
    allowedValues: [...values],
  });
}
