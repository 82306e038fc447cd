import { expect, it } from 'vitest';
import { collectTail, mergeTail } from './tail.ts';

const row = (id: string, cost = 0) => ({ id, cost });

it('puts new rows on top and updates known ones in place', () => {
  expect(mergeTail([row('b'), row('a')], [row('d'), row('c'), row('a', 5)])).toEqual([row('d'), row('c'), row('b'), row('a', 5)]);
});

it('gives the very same list when nothing came', () => {
  const rows = [row('a')];
  expect(mergeTail(rows, [])).toBe(rows);
});

it('collects the last state of each row, newest arrival first, within the limit', () => {
  expect(collectTail([row('b'), row('a')], [row('c'), row('a', 2)])).toEqual([row('c'), row('a', 2), row('b')]);
  expect(collectTail([row('b'), row('a')], [row('c')], 2)).toEqual([row('c'), row('b')]);
});
