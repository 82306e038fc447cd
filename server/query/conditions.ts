import type { FilterCondition } from '../../contract/filter/condition.ts';
import { invalidRequest } from '../lib/errors.ts';
import type { ProjectQuery } from './scope.ts';
import { containsWords } from './words.ts';

type Value<Type extends FilterCondition['type']> = Extract<FilterCondition, { type: Type }>;
type TextOperator = Value<'string'>['operator'];

/** Milliseconds of a checked ISO time as microseconds; digits below a millisecond count. */
export function microsOf(iso: string): number {
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? '';
  const below = fraction.length > 3 ? Number(fraction.slice(3, 6).padEnd(3, '0')) : 0;
  return Date.parse(iso) * 1000 + below;
}

/** SQL that compares a text expression. `contains`, `starts with` and `ends with` do not mind case; `=` does. */
export function compareText(query: ProjectQuery, expression: string, operator: TextOperator, value: string): string {
  switch (operator) {
    case '=':
      return `${expression} = ${query.text(value)}`;
    case 'contains':
      return `positionCaseInsensitiveUTF8(${expression}, ${query.text(value)}) > 0`;
    case 'does not contain':
      return `positionCaseInsensitiveUTF8(${expression}, ${query.text(value)}) = 0`;
    case 'starts with':
      return `startsWith(lowerUTF8(${expression}), lowerUTF8(${query.text(value)}))`;
    case 'ends with':
      return `endsWith(lowerUTF8(${expression}), lowerUTF8(${query.text(value)}))`;
    case 'matches':
      return containsWords(query, expression, value, false);
  }
}

/** SQL that compares a number expression; null never fits. */
export const compareNumber = (query: ProjectQuery, expression: string, condition: { operator: string; value: number }): string =>
  `${expression} ${condition.operator} ${query.number(condition.value)}`;

/** SQL of a condition on a text expression (empty = none). */
export function textCondition(query: ProjectQuery, expression: string, condition: FilterCondition): string {
  switch (condition.type) {
    case 'string':
      return compareText(query, expression, condition.operator, condition.value);
    case 'stringOptions': {
      // Of an enumeration, to make a text of every row takes as long as to read it.
      const column = /^toString\((\w+)\)$/.exec(expression)?.[1] ?? expression;
      return `${column} ${condition.operator === 'any of' ? 'IN' : 'NOT IN'} ${query.texts(condition.value)}`;
    }
    case 'null':
      return `${expression} ${condition.operator === 'is null' ? '=' : '!='} ''`;
    default:
      return misfit(condition);
  }
}

/** SQL of a condition on a list of texts. */
export function textsCondition(query: ProjectQuery, expression: string, condition: FilterCondition): string {
  switch (condition.type) {
    case 'arrayOptions':
    case 'stringOptions': {
      const test = `${condition.operator === 'all of' ? 'hasAll' : 'hasAny'}(${expression}, ${query.texts(condition.value)})`;
      return condition.operator === 'none of' ? `NOT ${test}` : test;
    }
    case 'string': {
      const negative = condition.operator === 'does not contain';
      const test = compareText(query, 'each', negative ? 'contains' : condition.operator, condition.value);
      return `${negative ? 'NOT ' : ''}arrayExists(each -> ${test}, ${expression})`;
    }
    case 'null':
      return `${condition.operator === 'is null' ? 'empty' : 'notEmpty'}(${expression})`;
    default:
      return misfit(condition);
  }
}

/** SQL of a condition on a nullable number expression. */
export function numberCondition(query: ProjectQuery, expression: string, condition: FilterCondition): string {
  if (condition.type === 'number') return compareNumber(query, expression, condition);
  if (condition.type === 'null') return nullCondition(expression, condition);
  return misfit(condition);
}

/** SQL of a condition on a nullable `DateTime64(6)` expression. */
export function timeCondition(query: ProjectQuery, expression: string, condition: FilterCondition): string {
  if (condition.type === 'datetime') return `${expression} ${condition.operator} ${query.time(microsOf(condition.value))}`;
  if (condition.type === 'null') return nullCondition(expression, condition);
  return misfit(condition);
}

/** SQL of a condition on a boolean expression. */
export function booleanCondition(query: ProjectQuery, expression: string, condition: FilterCondition): string {
  if (condition.type !== 'boolean') return misfit(condition);
  return `${expression} ${condition.operator === '=' ? '=' : '!='} ${query.boolean(condition.value)}`;
}

/** SQL of a condition on the value of one key of a text map; `at` gives the text expression of a bound key. */
export function textMapCondition(query: ProjectQuery, at: (key: string) => string, condition: FilterCondition): string {
  if (condition.type === 'stringObject') {
    return compareText(query, at(query.text(condition.key)), condition.operator, condition.value);
  }
  if (condition.type === 'numberObject') {
    return compareNumber(query, `toFloat64OrNull(${at(query.text(condition.key))})`, condition);
  }
  return misfit(condition);
}

const nullCondition = (expression: string, condition: Value<'null'>) =>
  `${expression} ${condition.operator === 'is null' ? 'IS NULL' : 'IS NOT NULL'}`;

function misfit(condition: FilterCondition): never {
  throw invalidRequest(`Column "${condition.column}" does not take a condition of type ${condition.type}.`);
}
