import { describe, expect, it } from 'vitest';
import { findPrices, headlinePrices, type Price, priceLines } from './price-columns.ts';

const price: Price = {
  id: '1',
  modelName: 'claude-x',
  matchPattern: 'claude-x',
  owner: 'built-in',
  tokenizer: null,
  tiers: [
    {
      name: 'Long context',
      isDefault: false,
      priority: 1,
      conditions: ['input > 200000'],
      prices: { input: 6, input_tokens: 6, output: 20, input_cache_read: 0.6, cache_read_input_tokens: 0.6 },
    },
    {
      name: 'Standard',
      isDefault: true,
      priority: 0,
      conditions: [],
      prices: { output: 15, input_tokens: 3, input: 3, input_cache_read: 0.3, cache_read_input_tokens: 0.3 },
    },
  ],
};

describe('price columns', () => {
  it('takes the headline from the default tier', () => {
    expect(headlinePrices(price)).toEqual({ input: 3, output: 15, cached: 0.3 });
    expect(headlinePrices({ ...price, tiers: [] })).toEqual({ input: undefined, output: undefined, cached: undefined });
  });

  it('folds names of the same price into one line, default tier first', () => {
    expect(priceLines(price)).toEqual([
      { usageTypes: ['input', 'input_tokens'], byTier: [3, 6] },
      { usageTypes: ['output'], byTier: [15, 20] },
      { usageTypes: ['cache_read_input_tokens', 'input_cache_read'], byTier: [0.3, 0.6] },
    ]);
  });

  it('finds by all words', () => {
    expect(findPrices([price], 'built claude')).toHaveLength(1);
    expect(findPrices([price], 'gpt')).toHaveLength(0);
    expect(findPrices([price], ' ')).toHaveLength(1);
  });
});
