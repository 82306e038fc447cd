import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { invalidRequest } from '../../lib/errors.ts';

/**
 * Whether a text fits a condition, by the rules that questions to the analytics store have: `=` minds case, the other comparisons do not;
 * empty is null.
 * @throws AppError 400 for a condition that texts do not take
 */
export function fits(condition: FilterCondition, value: string): boolean {
  switch (condition.type) {
    case 'string':
      return compare(condition.operator, value, condition.value);
    case 'stringOptions':
      return condition.value.includes(value) === (condition.operator === 'any of');
    case 'null':
      return (value === '') === (condition.operator === 'is null');
    default:
      throw invalidRequest(`Column "${condition.column}" does not take a condition of type ${condition.type}.`);
  }
}

function compare(operator: Extract<FilterCondition, { type: 'string' }>['operator'], value: string, wanted: string): boolean {
  const [text, part] = [value.toLowerCase(), wanted.toLowerCase()];
  switch (operator) {
    case '=':
      return value === wanted;
    case 'contains':
      return text.includes(part);
    case 'does not contain':
      return !text.includes(part);
    case 'starts with':
      return text.startsWith(part);
    case 'ends with':
      return text.endsWith(part);
    case 'matches':
      throw invalidRequest('"matches" is for inputs and outputs of observations.');
  }
}
