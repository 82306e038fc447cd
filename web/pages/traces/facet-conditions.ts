import { columnsOf, type FilterColumn, findColumn, type ListName } from '../../../contract/filter/columns.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';

/** Facets that are looked at most, in this order; the others follow in the order of their list. */
const FIRST = ['environment', 'type', 'name', 'level', 'model', 'tags', 'userId', 'sessionId', 'promptName'];

/** Columns of a list whose values are counted, in the order of the sidebar. */
export function facetColumnsOf(list: ListName): FilterColumn[] {
  const rank = (column: FilterColumn) => (FIRST.indexOf(column.id) + FIRST.length + 1) % (FIRST.length + 1);
  return columnsOf(list)
    .filter(({ facet }) => facet)
    .sort((a, b) => rank(a) - rank(b));
}

export type FacetMode = 'include' | 'exclude';
export interface FacetChoice {
  readonly included: ReadonlySet<string>;
  readonly excluded: ReadonlySet<string>;
}

/** How a facet's value (for maps of scores: `name:value`) is chosen by the conditions; other conditions on the column do not count. */
export function facetChoice(list: ListName, conditions: readonly FilterCondition[], column: FilterColumn): FacetChoice {
  const included = new Set<string>();
  const excluded = new Set<string>();
  for (const condition of conditions) {
    if (findColumn(list, condition.column)?.id !== column.id) continue;
    const to = (negative: boolean) => (negative ? excluded : included);
    if (condition.type === 'stringOptions') for (const value of condition.value) to(condition.operator === 'none of').add(value);
    if (condition.type === 'arrayOptions' && condition.operator !== 'all of')
      for (const value of condition.value) to(condition.operator === 'none of').add(value);
    if (condition.type === 'categoryOptions')
      for (const value of condition.value) to(condition.operator === 'none of').add(`${condition.key}:${value}`);
    if (condition.type === 'boolean') to(condition.operator === '<>').add(String(condition.value));
    if (condition.type === 'booleanObject') to(condition.operator === '<>').add(`${condition.key}:${condition.value}`);
    if (condition.type === 'string' && condition.operator === '=') included.add(condition.value);
  }
  return { included, excluded };
}

/**
 * Conditions after a click on a value: it is included (any of), excluded (none of), or let go when it was so already. Conditions of
 * other columns, and those on this one that the sidebar cannot show (`contains`, `>`), stay.
 */
export function toggleFacet(
  list: ListName,
  conditions: readonly FilterCondition[],
  column: FilterColumn,
  value: string,
  mode: FacetMode,
): FilterCondition[] {
  const choice = facetChoice(list, conditions, column);
  const included = new Set(choice.included);
  const excluded = new Set(choice.excluded);
  const [target, other] = mode === 'include' ? [included, excluded] : [excluded, included];
  const was = target.delete(value);
  other.delete(value);
  if (!was) target.add(value);
  // Yes or no: both at once would be no condition at all.
  if (column.kind === 'boolean' && !was) for (const each of included) if (each !== value) included.delete(each);
  return withChoice(list, conditions, column, { included, excluded });
}

/** Only this value, nothing else of the column. */
export function onlyFacet(
  list: ListName,
  conditions: readonly FilterCondition[],
  column: FilterColumn,
  value: string,
): FilterCondition[] {
  return withChoice(list, conditions, column, { included: new Set([value]), excluded: new Set() });
}

/** Conditions without those that the column's facet shows. */
export function clearFacet(list: ListName, conditions: readonly FilterCondition[], column: FilterColumn): FilterCondition[] {
  return withChoice(list, conditions, column, { included: new Set(), excluded: new Set() });
}

function withChoice(
  list: ListName,
  conditions: readonly FilterCondition[],
  column: FilterColumn,
  choice: FacetChoice,
): FilterCondition[] {
  const isShown = (condition: FilterCondition) =>
    findColumn(list, condition.column)?.id === column.id &&
    [...facetChoice(list, [condition], column).included, ...facetChoice(list, [condition], column).excluded].length > 0;
  const at = conditions.findIndex(isShown);
  const kept = conditions.filter((condition) => !isShown(condition));
  const made = [
    ...conditionsFor(column, [...choice.included], 'include'),
    ...conditionsFor(column, [...choice.excluded], 'exclude'),
  ];
  kept.splice(at < 0 ? kept.length : at, 0, ...made);
  return kept;
}

/** `helpfulness:good` as name and value; the value may hold colons. */
function keyed(value: string): [string, string] {
  const colon = value.indexOf(':');
  return colon < 0 ? [value, ''] : [value.slice(0, colon), value.slice(colon + 1)];
}

function conditionsFor(column: FilterColumn, values: readonly string[], mode: FacetMode): FilterCondition[] {
  if (values.length === 0) return [];
  const operator = mode === 'include' ? 'any of' : 'none of';
  switch (column.kind) {
    case 'texts':
      return [{ type: 'arrayOptions', column: column.id, operator, value: [...values] }];
    case 'boolean':
      return values.map((value) => ({
        type: 'boolean',
        column: column.id,
        operator: mode === 'include' ? '=' : '<>',
        value: value === 'true',
      }));
    case 'booleanMap':
      return values.map((value) => {
        const [key, state] = keyed(value);
        return {
          type: 'booleanObject',
          column: column.id,
          key,
          operator: mode === 'include' ? '=' : '<>',
          value: state === 'true',
        };
      });
    case 'categoryMap': {
      const byKey = Map.groupBy(values, (value) => keyed(value)[0]);
      return [...byKey].map(([key, group]) => ({
        type: 'categoryOptions',
        column: column.id,
        key,
        operator,
        value: group.map((value) => keyed(value)[1]),
      }));
    }
    default:
      return [{ type: 'stringOptions', column: column.id, operator, value: [...values] }];
  }
}

/** Bounds on a number inside a map column (`scores_avg`), by its key. */
export function numberBounds(
  conditions: readonly FilterCondition[],
  column: FilterColumn,
  key: string,
): { min?: number; max?: number } {
  const bounds: { min?: number; max?: number } = {};
  for (const condition of conditions) {
    if (condition.type !== 'numberObject' || condition.column !== column.id || condition.key !== key) continue;
    if (condition.operator === '>=' || condition.operator === '>') bounds.min = condition.value;
    if (condition.operator === '<=' || condition.operator === '<') bounds.max = condition.value;
  }
  return bounds;
}

export function withNumberBounds(
  conditions: readonly FilterCondition[],
  column: FilterColumn,
  key: string,
  bounds: { min?: number; max?: number },
): FilterCondition[] {
  const kept = conditions.filter(
    (condition) =>
      !(
        condition.type === 'numberObject' &&
        condition.column === column.id &&
        condition.key === key &&
        condition.operator !== '='
      ),
  );
  const bound = (operator: '>=' | '<=', value: number | undefined): FilterCondition[] =>
    value === undefined ? [] : [{ type: 'numberObject', column: column.id, key, operator, value }];
  return [...kept, ...bound('>=', bounds.min), ...bound('<=', bounds.max)];
}
