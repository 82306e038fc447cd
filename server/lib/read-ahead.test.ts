import { expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

/** Notes what is made and whether it was ended. */
function source(count: number, failAt = Number.POSITIVE_INFINITY) {
  const made: number[] = [];
  const state = { made, ended: false };
  async function* items() {
    try {
      for (let i = 0; i < count; i++) {
        if (i === failAt) throw new Error('broken');
        made.push(i);
        yield i;
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, items: items() };
}

it('gives the items in their order, one of them ahead of the caller', async () => {
  const { state, items } = source(4);
  const seen: number[] = [];
  for await (const item of readAhead(items)) {
    seen.push(item);
    expect(state.made.length).toBeLessThanOrEqual(item + 2);
    if (item === 0) expect(state.made).toContain(1);
  }
  expect([seen, state.ended]).toEqual([[0, 1, 2, 3], true]);
});

it('throws what fails after the items before it', async () => {
  const { items } = source(4, 2);
  const seen: number[] = [];
  const read = async () => {
    for await (const item of readAhead(items)) seen.push(item);
  };
  await expect(read()).rejects.toThrow('broken');
  expect(seen).toEqual([0, 1]);
});

it('ends its source when the caller leaves', async () => {
  const { state, items } = source(100);
  for await (const item of readAhead(items)) if (item === 1) break;
  expect([state.made, state.ended]).toEqual([[0, 1, 2], true]);
});
