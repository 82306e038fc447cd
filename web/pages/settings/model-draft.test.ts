import { expect, it } from 'vitest';
import { createModelInput } from '../../../contract/model.ts';
import {
  addRow,
  addTier,
  amountOf,
  draftOf,
  EMPTY,
  fits,
  givenBy,
  type PricedModel,
  patternFor,
  plainNumber,
} from './model-draft.ts';

const model: PricedModel = {
  id: 'm',
  modelName: 'mine',
  matchPattern: '(?i)^mine$',
  owner: 'project',
  startDate: '2026-05-01T08:00:00.000Z',
  unit: 'TOKENS',
  pricingTiers: [
    { id: 'a', name: 'Standard', isDefault: true, priority: 0, conditions: [], prices: { input: 1.5e-7, output: 6e-7 } },
    {
      id: 'b',
      name: 'Long',
      isDefault: false,
      priority: 1,
      conditions: [{ usageDetailPattern: '^input', operator: 'gt', value: 200_000, caseSensitive: false }],
      prices: { input: 3e-7, output: 1.2e-6 },
    },
    {
      id: 'c',
      name: 'Batch',
      isDefault: false,
      priority: 2,
      conditions: [{ source: 'metadata', key: 'mode', operator: 'in', values: ['batch'] }],
      prices: { input: 7.5e-8, output: 3e-7 },
    },
  ],
  tokenizerId: 'openai',
  tokenizerConfig: { tokenizerModel: 'gpt-4o' },
  createdAt: '2026-05-01T08:00:00.000Z',
};

it('leaves a model as it is when nothing is changed', () => {
  const { pricingTiers, id: _, owner: __, createdAt: ___, ...rest } = model;
  const result = givenBy(draftOf(model), model);
  expect(result).toEqual({ given: { ...rest, pricingTiers: pricingTiers.map(({ id: ____, ...tier }) => tier) } });
});

it('shows prices for a million, and sends them for one', () => {
  const { rows, tiers } = draftOf(model);
  expect(rows.map(({ usageType, prices }) => [usageType, prices])).toEqual([
    ['input', { 0: '0.15', 1: '0.3', 2: '0.075' }],
    ['output', { 0: '0.6', 1: '1.2', 2: '0.3' }],
  ]);
  expect(tiers.map(({ name, foreign }) => [name, foreign === null])).toEqual([
    ['Standard', true],
    ['Long', true],
    ['Batch', false],
  ]);
  expect([amountOf('0.15', 1_000_000), amountOf('$3', 1), amountOf(' .5 ', 1)]).toEqual([1.5e-7, 3, 0.5]);
  for (const wrong of ['', 'x', '1e3', '-1', '1,5']) expect(amountOf(wrong, 1)).toBeNaN();
  expect([plainNumber(0.1 + 0.2), plainNumber(2.5e-7), plainNumber(0), plainNumber(75)]).toEqual([
    '0.3',
    '0.00000025',
    '0',
    '75',
  ]);
});

it('sends what the server takes', () => {
  let draft = addTier(addRow({ ...EMPTY, modelName: ' m ', matchPattern: '^m$' }));
  expect('problems' in givenBy(draft, null)).toBe(true);
  draft = {
    ...draft,
    rows: draft.rows.map((row) => ({
      ...row,
      prices: (row.usageType === 'input' ? { 0: '1', 1: '2' } : {}) as Record<number, string>,
    })),
  };
  const result = givenBy(draft, null);
  expect(result).toMatchObject({
    given: { modelName: 'm', startDate: null, pricingTiers: [{ prices: { input: 1e-6 } }, { prices: { input: 2e-6 } }] },
  });
  expect('given' in result && createModelInput.safeParse(result.given).error).toBeUndefined();
});

it('says at which field something is wrong', () => {
  const draft = addTier({
    ...EMPTY,
    rows: [
      { key: 0, usageType: 'input', prices: { 0: 'x', 1: '1' } },
      { key: 1, usageType: 'input', prices: { 0: '1' } },
      { key: 2, usageType: ' ', prices: { 0: '1', 1: '1' } },
    ],
  });
  const result = givenBy({ ...draft, tiers: draft.tiers.map((tier) => ({ ...tier, value: 'many' })) }, null);
  expect('problems' in result && [...result.problems.keys()].sort()).toEqual([
    'price.0.0',
    'price.1.1',
    'usageType.1',
    'usageType.2',
    'value.1',
  ]);
});

it('makes and tries patterns', () => {
  expect(patternFor('gpt-4.1')).toBe('(?i)^gpt-4\\.1$');
  expect(fits(patternFor('gpt-4.1'), 'GPT-4.1')).toBe(true);
  expect(fits(patternFor('gpt-4.1'), 'gpt-4x1')).toBe(false);
  expect(fits('(?P<x>a)', 'a')).toBeNull();
});
