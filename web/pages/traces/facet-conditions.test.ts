import { describe, expect, it } from 'vitest';
import { findColumn } from '../../../contract/filter/columns.ts';
import { type FilterCondition, filter } from '../../../contract/filter/condition.ts';
import { clearFacet, facetChoice, numberBounds, onlyFacet, toggleFacet, withNumberBounds } from './facet-conditions.ts';

const column = (id: string) => findColumn('traces', id)!;
const toggle = (conditions: FilterCondition[], id: string, value: string, mode: 'include' | 'exclude' = 'include') => {
  const next = toggleFacet('traces', conditions, column(id), value, mode);
  expect(filter.safeParse(next).success).toBe(true);
  return next;
};

describe('toggleFacet', () => {
  it('collects values of a text column and lets them go again', () => {
    let conditions = toggle([], 'name', 'a');
    conditions = toggle(conditions, 'name', 'b');
    expect(conditions).toEqual([{ type: 'stringOptions', column: 'name', operator: 'any of', value: ['a', 'b'] }]);
    conditions = toggle(conditions, 'name', 'c', 'exclude');
    expect(conditions[1]).toEqual({ type: 'stringOptions', column: 'name', operator: 'none of', value: ['c'] });
    conditions = toggle(conditions, 'name', 'a', 'exclude');
    expect(facetChoice('traces', conditions, column('name'))).toEqual({
      included: new Set(['b']),
      excluded: new Set(['c', 'a']),
    });
    for (const [value, mode] of [
      ['b', 'include'],
      ['c', 'exclude'],
      ['a', 'exclude'],
    ] as const)
      conditions = toggle(conditions, 'name', value, mode);
    expect(conditions).toEqual([]);
  });

  it('leaves what it cannot show', () => {
    const others: FilterCondition[] = [
      { type: 'string', column: 'name', operator: 'contains', value: 'x' },
      { type: 'number', column: 'latency', operator: '>', value: 2 },
    ];
    expect(toggle(others, 'name', 'a')).toEqual([
      ...others,
      { type: 'stringOptions', column: 'name', operator: 'any of', value: ['a'] },
    ]);
  });

  it('takes over an equality that was typed, also by another name of the column', () => {
    expect(toggle([{ type: 'string', column: 'user', operator: '=', value: 'u1' }], 'userId', 'u2')).toEqual([
      { type: 'stringOptions', column: 'userId', operator: 'any of', value: ['u1', 'u2'] },
    ]);
  });

  it('writes the condition that fits the column', () => {
    expect(toggle([], 'tags', 'vip')[0]).toMatchObject({ type: 'arrayOptions', operator: 'any of' });
    expect(toggle([], 'bookmarked', 'true')).toEqual([{ type: 'boolean', column: 'bookmarked', operator: '=', value: true }]);
    expect(toggle(toggle([], 'bookmarked', 'true'), 'bookmarked', 'false')).toEqual([
      { type: 'boolean', column: 'bookmarked', operator: '=', value: false },
    ]);
    expect(toggle([], 'score_booleans', 'thumbs:true')).toEqual([
      { type: 'booleanObject', column: 'score_booleans', key: 'thumbs', operator: '=', value: true },
    ]);
    expect(toggle(toggle([], 'score_categories', 'tone:kind: very'), 'score_categories', 'tone:rude')).toEqual([
      { type: 'categoryOptions', column: 'score_categories', key: 'tone', operator: 'any of', value: ['kind: very', 'rude'] },
    ]);
  });

  it('narrows to one value, and clears', () => {
    const conditions = toggle(toggle([], 'name', 'a'), 'environment', 'production');
    expect(onlyFacet('traces', conditions, column('name'), 'z')[0]).toMatchObject({ value: ['z'] });
    expect(clearFacet('traces', conditions, column('name'))).toEqual([conditions[1]]);
  });
});

it('bounds a numeric score from both sides', () => {
  const scores = column('scores_avg');
  const conditions = withNumberBounds([], scores, 'helpfulness', { min: 0.2, max: 0.8 });
  expect(filter.safeParse(conditions).success).toBe(true);
  expect(numberBounds(conditions, scores, 'helpfulness')).toEqual({ min: 0.2, max: 0.8 });
  expect(numberBounds(conditions, scores, 'other')).toEqual({});
  expect(withNumberBounds(conditions, scores, 'helpfulness', {})).toEqual([]);
});
