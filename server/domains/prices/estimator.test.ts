import { afterAll, describe, expect, it } from 'vitest';
import { createEstimator, guess } from './estimator.ts';

const tokenizer = { family: 'openai', model: 'gpt-4o', tokensPerMessage: 3, tokensPerName: 1 } as const;
const job = (input: string, output = '') => ({ tokenizer, modelName: 'gpt-4o', input, output });
const estimator = createEstimator({ patience: 60_000 });
afterAll(() => estimator.stop());

/** The longest that a timer was kept waiting while `work` went on, ms. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await work();
  clearInterval(timer);
  return longest;
}

describe('tokens are counted beside the loop', () => {
  it('as the vocabulary has them', async () => {
    expect(await estimator.estimate([job('hello world', 'Hi there!'), job('')])).toEqual([
      { input: 2, output: 3 },
      { input: 0, output: 0 },
    ]);
  });

  it('without holding up anybody, and with a guess for what is too much', async () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(110);
    const load = Array.from({ length: 1_000 }, () => job(text));
    let counts: { input: number }[] = [];
    const stall = await longestStall(async () => {
      counts = await estimator.estimate(load);
    });
    // 4,950 characters each: the first two hundred are counted, what comes after a million characters is guessed.
    const exact = counts[0]!.input;
    expect(exact).toBe(1101);
    expect(counts.filter(({ input }) => input === exact)).toHaveLength(202);
    expect(new Set(counts.slice(202).map(({ input }) => input))).toEqual(new Set([guess(job(text)).input]));
    // On the loop, counting took more than a second; the bound is loose, for other work shares the machine.
    expect(stall).toBeLessThan(500);
  });

  it('guesses what the thread does not answer in time, or was ended over', async () => {
    const hasty = createEstimator({ patience: 0 });
    expect(await hasty.estimate([job('12345678')])).toEqual([{ input: 2, output: 0 }]);
    await hasty.stop();
    const other = createEstimator();
    const waiting = other.estimate([job('12345678')]);
    await other.stop();
    expect(await waiting).toEqual([{ input: 2, output: 0 }]);
  });
});
