import { expect, it } from 'vitest';
import { exceptionsIn } from './exception.ts';
import { usageRows } from './usage-rows.ts';

it('puts usage, price and cost of a type into one row, input first', () => {
  expect(
    usageRows(
      { output: 76, total: 908, input_cached_tokens: 200, input: 612, audio_seconds: 3 },
      { input: 0.1, output: 0.2, total: 0.3, fee: 0.01 },
      { input: 0.001, output: 0.002, input_cached_tokens: 0.0005 },
    ),
  ).toEqual([
    { type: 'input', units: 612, price: 0.001, cost: 0.1 },
    { type: 'input_cached_tokens', units: 200, price: 0.0005, cost: null },
    { type: 'output', units: 76, price: 0.002, cost: 0.2 },
    { type: 'fee', units: null, price: null, cost: 0.01 },
    { type: 'audio_seconds', units: 3, price: null, cost: null },
  ]);
});

it('finds exceptions among events', () => {
  const time = '2026-01-01T00:00:00.000Z';
  expect(
    exceptionsIn([
      { name: 'retry', time, attributes: {} },
      { name: 'exception', time, attributes: { 'exception.type': 'E', 'exception.message': 'm', 'exception.stacktrace': 's' } },
      { name: 'crash', time, attributes: { 'exception.stacktrace': 's2' } },
    ]),
  ).toEqual([
    { time, type: 'E', message: 'm', stack: 's' },
    { time, type: null, message: null, stack: 's2' },
  ]);
});
