import { describe, expect, it } from 'vitest';
import { checkCondition, columnsOf } from '../../../contract/filter/columns.ts';
import { filterCondition } from '../../../contract/filter/condition.ts';
import { readFilter, readLooseFilter } from './filter-input.ts';
import { conditionTypes, describeColumns } from './filter-schema.ts';

const VALUES: Record<string, string | number | boolean | string[] | undefined> = {
  datetime: '2026-05-01T12:00:00Z',
  string: 'x',
  stringOptions: ['x'],
  arrayOptions: ['x'],
  categoryOptions: ['x'],
  number: 1,
  stringObject: 'x',
  numberObject: 1,
  booleanObject: true,
  boolean: true,
  null: undefined,
  positionInTrace: 1,
};

describe.each(['traces', 'observations', 'scores'] as const)('filters on %s', (list) => {
  it('what the schema of filters describes is taken with its type, and without it where the column decides', () => {
    const types = conditionTypes();
    let checked = 0;
    for (const column of describeColumns(list)) {
      for (const type of column.types) {
        const { operators, key } = types[type];
        for (const operator of operators) {
          const value = VALUES[type];
          const given = {
            column: column.column,
            operator,
            ...(value !== undefined && { value }),
            ...(key && { key: key === true ? 'k' : key[0]! }),
          };
          const [condition] = readFilter(list, [{ ...given, type }]);
          expect(condition!.type).toBe(type);
          expect(checkCondition(list, condition!)).toBeNull();
          const [read] = readFilter(
            list,
            [given].map((one) => (operator === 'all of' ? { ...one, type } : one)),
          );
          expect(checkCondition(list, read!), `${column.column} ${operator}`).toBeNull();
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(60);
  });

  it('names what is wrong', () => {
    expect(() => readFilter(list, [{ column: 'nope', operator: '=', value: 'x' }])).toThrow(
      /filter\[0\]\.column: Unknown column "nope"/,
    );
    expect(() => readFilter(list, [{ column: 'name', operator: '~', value: 'x' }])).toThrow(
      /filter\[0\]\.operator: .*type string/,
    );
    expect(() => readFilter(list, [{ column: 'timestamp', operator: '>', value: 'soon', type: 'datetime' }])).toThrow(
      /filter\[0\]\.value/,
    );
    expect(() => readFilter(list, [{ column: 'name', operator: '=', value: 'x', type: 'made up' }])).toThrow(/filter\[0\]/);
  });
});

it('every column and every type is described', () => {
  expect(describeColumns('observations').map(({ column }) => column)).toEqual(columnsOf('observations').map(({ id }) => id));
  expect(Object.keys(conditionTypes()).sort()).toEqual(filterCondition.options.map(({ shape }) => shape.type.value).sort());
});

it('names that are no columns have their type by their value', () => {
  const given = [
    { column: 'release', operator: 'any of', value: ['a'] },
    { column: 'own', operator: '>', value: 3 },
    { column: 'own', operator: '=', value: true },
    { column: 'own', operator: 'contains', value: 'x' },
    { column: 'own', operator: 'is null' },
  ];
  expect(readLooseFilter('filters', 'observations', given).map(({ type }) => type)).toEqual([
    'stringOptions',
    'number',
    'boolean',
    'string',
    'null',
  ]);
  expect(() => readLooseFilter('filters', 'observations', [{ column: 'own', operator: '~' }])).toThrow(/^filters\[0\]/);
});
