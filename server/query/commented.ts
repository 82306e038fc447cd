import type { FilterCondition } from '../../contract/filter/condition.ts';
import { invalidRequest } from '../lib/errors.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { ProjectQuery } from './scope.ts';

/** What a comment of the lists' rows is beside. */
export type CommentedType = 'TRACE' | 'OBSERVATION';

/** What a condition on comments comes down to, of objects that have any. */
export type CommentTest =
  /** The number of comments compares so with `value`; `negated`: does not. */
  | { kind: 'count'; operator: '=' | '>' | '<' | '>=' | '<='; value: number; negated: boolean }
  /** One comment at least holds the text so; case matters to `=` only, `matches` looks for whole words. */
  | { kind: 'text'; operator: '=' | 'contains' | 'starts with' | 'ends with' | 'matches'; value: string }
  /** One comment at least is one of these texts. */
  | { kind: 'oneOf'; values: readonly string[] }
  | { kind: 'any' };

/** Ids of a project's objects with comments that pass a test. Comments are settings: whoever composes the process hands this in. */
export type FindCommented = (projectId: string, type: CommentedType, test: CommentTest) => Promise<string[]>;

/** A reader of facts that also knows of comments. */
export interface CommentedReader extends AnalyticsReader {
  findCommented: FindCommented;
}

/** SQL of a condition on `commentCount` or `commentContent`; `id` is the expression of the object's id. */
export function commentCondition(query: ProjectQuery, type: CommentedType, id: string, condition: FilterCondition): string {
  const { test, negative } = testOf(condition);
  const ids = query.later((reader) => {
    if (!('findCommented' in reader)) throw new Error('This reader knows nothing of comments.');
    return (reader as CommentedReader).findCommented(query.projectId, type, test);
  });
  return `${id} ${negative ? 'NOT IN' : 'IN'} ${ids}`;
}

/** Objects without any comment have the number 0 and no text; `negative`: those that do not pass are wanted, so they are. */
function testOf(condition: FilterCondition): { test: CommentTest; negative: boolean } {
  switch (condition.type) {
    case 'number': {
      const { operator, value } = condition;
      const negative = compares(0, operator, value);
      return { test: { kind: 'count', operator, value, negated: negative }, negative };
    }
    case 'string': {
      const { operator, value } = condition;
      return operator === 'does not contain'
        ? { test: { kind: 'text', operator: 'contains', value }, negative: true }
        : { test: { kind: 'text', operator, value }, negative: false };
    }
    case 'stringOptions':
      return { test: { kind: 'oneOf', values: condition.value }, negative: condition.operator === 'none of' };
    case 'null':
      // A number of comments is always known.
      if (condition.column.toLowerCase() === 'commentcount')
        return { test: { kind: 'oneOf', values: [] }, negative: condition.operator === 'is not null' };
      return { test: { kind: 'any' }, negative: condition.operator === 'is null' };
    default:
      throw invalidRequest(`Column "${condition.column}" does not take a condition of type ${condition.type}.`);
  }
}

function compares(number: number, operator: '=' | '>' | '<' | '>=' | '<=', value: number): boolean {
  switch (operator) {
    case '=':
      return number === value;
    case '>':
      return number > value;
    case '<':
      return number < value;
    case '>=':
      return number >= value;
    case '<=':
      return number <= value;
  }
}
