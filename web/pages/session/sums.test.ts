import { expect, it } from 'vitest';
import { sumOf } from './sums.ts';

it('adds what is known', () => {
  const trace = { totalCost: 0.5, totalTokens: 10, latency: 2, errorCount: 1 };
  expect(sumOf([trace, { ...trace, totalCost: null, latency: null }])).toEqual({ cost: 0.5, tokens: 20, latency: 2, errors: 2 });
  expect(sumOf([])).toEqual({ cost: null, tokens: 0, latency: 0, errors: 0 });
});
