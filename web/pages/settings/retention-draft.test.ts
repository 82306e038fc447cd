import { expect, it } from 'vitest';
import { readMetadata } from './metadata-form.tsx';
import { daysOf, mayDeleteMore } from './retention-draft.ts';

it('reads days', () => {
  expect(['', '  ', '0', '1', ' 30 ', '36500'].map(daysOf)).toEqual([null, null, null, 1, 30, 36_500].map((days) => ({ days })));
  for (const wrong of ['-1', '1.5', 'x', '1e3', '36501']) expect(daysOf(wrong)).toHaveProperty('problem');
});

it('knows when more is deleted than before', () => {
  expect([mayDeleteMore(null, 30), mayDeleteMore(30, 29), mayDeleteMore(30, 30), mayDeleteMore(30, 31)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('reads metadata', () => {
  expect(readMetadata(' ')).toEqual({ metadata: {} });
  expect(readMetadata('{"a": [1]}')).toEqual({ metadata: { a: [1] } });
  for (const wrong of ['[1]', '1', 'null', '{a}']) expect(readMetadata(wrong)).toHaveProperty('problem');
});
