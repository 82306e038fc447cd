import type { FilterCondition } from './condition.ts';
import { quote } from './tokenise.ts';

/**
 * The text of a search box that means these conditions and this search: `parseFilter` of it gives the same back. Kinds of a condition
 * that mean the same are written the same way: `string =` on a text stays apart from a list of one value by its mark.
 */
export function printFilter(conditions: readonly FilterCondition[], search = ''): string {
  return [...conditions.map(printCondition), printSearch(search)].filter((part) => part !== '').join(' ');
}

/** Words stay as they are where they would be read as words, else they are quoted. */
function printSearch(search: string): string {
  return search
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => (/^-?[\p{L}_]?[^":]*$/u.test(word) ? word : quote(word)))
    .join(' ');
}

const MARKS = { '=': '=', contains: '~', 'does not contain': '~', 'starts with': '^', 'ends with': '$', matches: '*' } as const;

/** One condition as a term. */
export function printCondition(condition: FilterCondition): string {
  const { column } = condition;
  switch (condition.type) {
    case 'string':
      return textTerm(column, condition.operator, condition.value);
    case 'stringOptions':
      return `${condition.operator === 'none of' ? '-' : ''}${column}:${printValues(condition.value)}`;
    case 'arrayOptions': {
      const sign = condition.operator === 'none of' ? '-' : '';
      return `${sign}${column}:${condition.operator === 'all of' ? '&' : ''}${printValues(condition.value)}`;
    }
    case 'categoryOptions':
      return `${condition.operator === 'none of' ? '-' : ''}${scoreName(column)}.${printKey(condition.key)}:${condition.value.map(quote).join(',')}`;
    case 'number':
      return `${column}:${condition.operator}${condition.value}`;
    case 'stringObject':
      return textTerm(`${column}.${printKey(condition.key)}`, condition.operator, condition.value);
    case 'numberObject': {
      const name = column.endsWith('scores_avg') ? scoreName(column) : column;
      return `${name}.${printKey(condition.key)}:${condition.operator}${condition.value}`;
    }
    case 'booleanObject':
      return `${condition.operator === '<>' ? '-' : ''}${scoreName(column)}.${printKey(condition.key)}:${condition.value}`;
    case 'boolean':
      return `${condition.operator === '<>' ? '-' : ''}${column}:${condition.value}`;
    case 'datetime':
      return `${column}:${condition.operator}${condition.value}`;
    case 'null':
      return `${condition.operator === 'is null' ? '-' : ''}has:${column}`;
    case 'positionInTrace':
      return `${column}:${printPosition(condition)}`;
  }
}

function textTerm(name: string, operator: keyof typeof MARKS, value: string): string {
  // A text after `=` is quoted, so that it is not taken for a number.
  const text = operator === '=' ? quote(value) : printValue(value);
  return `${operator === 'does not contain' ? '-' : ''}${name}:${MARKS[operator]}${text}`;
}

function printPosition({ key, value }: Extract<FilterCondition, { type: 'positionInTrace' }>): string {
  if (key === 'nthFromStart') return String(value);
  return key === 'nthFromEnd' ? String(-value) : key;
}

const printValues = (values: readonly string[]) => values.map(printValue).join(',');

/** Plain where nothing in it has a meaning. */
const printValue = (value: string) => (/^[\p{L}\p{N}_][\p{L}\p{N}_./:@+-]*$/u.test(value) ? value : quote(value));

const printKey = (key: string) =>
  key.split('.').every((part) => /^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u.test(part)) ? key : quote(key);

const scoreName = (column: string) => (column.startsWith('trace_') ? 'traceScore' : 'score');
