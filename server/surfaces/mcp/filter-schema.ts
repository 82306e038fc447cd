import { columnsOf, type FilterColumn, fittingTypes, type ListName } from '../../../contract/filter/columns.ts';
import { type FilterType, filterCondition } from '../../../contract/filter/condition.ts';

interface TypeFacts {
  operators: string[];
  value: string;
  /** Whether a condition names a key, and which ones where they are known. */
  key: boolean | string[];
}

/** What the value of a condition is, by its type. */
const VALUES: Record<FilterType, string> = {
  datetime: 'ISO-8601 time with Z or an offset',
  string: 'text',
  stringOptions: 'list of texts, at least one',
  arrayOptions: 'list of texts',
  categoryOptions: 'list of texts',
  number: 'number',
  stringObject: 'text',
  numberObject: 'number',
  booleanObject: 'true or false',
  boolean: 'true or false',
  null: 'nothing',
  positionInTrace: 'number: the position from 1, for nthFromStart and nthFromEnd',
};

/** Types of conditions with their operators, as the grammar itself declares them. */
export function conditionTypes(): Record<FilterType, TypeFacts> {
  const facts = filterCondition.options.map(({ shape }): [FilterType, TypeFacts] => {
    const { operator, type } = shape;
    const operators = 'options' in operator ? operator.options : [operator.unwrap().value];
    const named = 'key' in shape ? shape.key : undefined;
    const key = named === undefined ? false : 'options' in named ? [...named.options] : true;
    return [type.value, { operators: [...operators], value: VALUES[type.value], key }];
  });
  return Object.fromEntries(facts) as Record<FilterType, TypeFacts>;
}

/** Columns of a list with the types of conditions that fit them. */
export const describeColumns = (list: ListName) => columnsOf(list).map(describeColumn);

const describeColumn = ({ id, label, kind, unit, aliases, facet, sortable }: FilterColumn) => ({
  column: id,
  label,
  ...(aliases.length > 0 && { aliases }),
  ...(unit !== undefined && { unit }),
  types: fittingTypes({ kind }),
  hasKey: kind === 'textMap' || kind === 'numberMap' || kind === 'categoryMap' || kind === 'booleanMap',
  valuesListed: facet,
  sortable,
});
