import { describe, expect, it } from 'vitest';
import { createIntakeBudget } from './intake-budget.ts';

const MB = 1_000_000;

/** Resolves to whether a promise has been settled by now. */
const settled = async (promise: Promise<unknown>) => {
  let done = false;
  promise.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

describe('intake budget', () => {
  it('lets so many work at a time, in the order in which they came', async () => {
    const budget = createIntakeBudget(100 * MB, { turns: 2 });
    const all = Array.from({ length: 4 }, () => budget.open(10));
    const turns = all.map((held) => held.turn());
    expect(await Promise.all(turns.map(settled))).toEqual([true, true, false, false]);
    all[1]!.done();
    expect(await Promise.all(turns.map(settled))).toEqual([true, true, true, false]);
    all[0]!.release();
    await turns[3];
  });

  it('gives the turn of one who left to the next, and counts nothing of it any more', async () => {
    const budget = createIntakeBudget(100 * MB, { turns: 1 });
    const first = budget.open();
    await first.turn();
    const gone = new AbortController();
    const second = budget.open();
    second.take(5);
    const third = budget.open();
    const left = second.turn(gone.signal);
    const turn = third.turn();
    gone.abort();
    await expect(left).rejects.toMatchObject({ status: 499 });
    second.release();
    expect(budget.bytes).toBe(0);
    first.done();
    await turn;
  });

  it('refuses at once, with a time to wait, what would have to wait too long', async () => {
    const budget = createIntakeBudget(1000 * MB, { turns: 1, longestWait: 4000, firstRate: MB });
    const held = Array.from({ length: 3 }, () => budget.open(2 * MB));
    // 6 s of work are ahead of the fourth.
    expect(() => budget.open(1)).toThrow(expect.objectContaining({ status: 429, retryAfter: 4 }));
    held[0]!.release();
    budget.open(1);
  });

  it('measures how fast the work is done while others wait, and lets in accordingly', async () => {
    let now = 0;
    const budget = createIntakeBudget(1000 * MB, { turns: 1, longestWait: 4000, firstRate: 10 * MB, now: () => now });
    const work = async (seconds: number) => {
      // Three in line: each megabyte takes so long.
      const held = Array.from({ length: 3 }, () => budget.open(MB));
      for (const one of held) one.take(MB);
      const turns = held.map((one) => one.turn());
      for (const [i, one] of held.entries()) {
        await turns[i];
        now += seconds * 1000;
        one.done();
        one.release();
      }
    };
    const roomFor = () => {
      const held = Array.from({ length: 3 }, () => budget.open(5 * MB));
      try {
        held.push(budget.open());
        return true;
      } catch {
        return false;
      } finally {
        for (const one of held) one.release();
      }
    };
    expect(roomFor()).toBe(true);
    for (let i = 0; i < 5; i++) await work(2);
    expect(roomFor()).toBe(false);
    for (let i = 0; i < 5; i++) await work(0.1);
    expect(roomFor()).toBe(true);
  });

  it('counts what a compressed body came to', () => {
    const budget = createIntakeBudget(1000 * MB, { turns: 1, longestWait: 4000, firstRate: MB });
    for (let i = 0; i < 3; i++) budget.open(10).take(2 * MB);
    expect(() => budget.open(1)).toThrow(expect.objectContaining({ status: 429 }));
  });
});
