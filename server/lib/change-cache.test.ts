import { beforeEach, expect, it } from 'vitest';
import { createChangeCache, ttlFor } from './change-cache.ts';

interface Value {
  text: string;
}
let clock: { ms: number; now(): number };
let asked: string[];
beforeEach(() => {
  clock = { ms: 1_000_000, now: () => clock.ms };
  asked = [];
});
const make = (ttlMs: number, maxBytes = 1_000_000) =>
  createChangeCache<Value>({ ttlMs, maxBytes, sizeOf: ({ text }) => text.length, clock });
const answer = (text: string | null) => async () => {
  asked.push(String(text));
  return text === null ? null : { text };
};

it('asks once, for all who ask at the same time and after', async () => {
  const cache = make(Number.POSITIVE_INFINITY);
  const [a, b] = await Promise.all([cache.get('p', 'k', answer('1')), cache.get('p', 'k', answer('2'))]);
  clock.ms += 1e9;
  expect([a, b, await cache.get('p', 'k', answer('3'))]).toEqual([{ text: '1' }, { text: '1' }, { text: '1' }]);
  expect(asked).toEqual(['1']);
  expect(await cache.get('p', 'other', answer('4'))).toEqual({ text: '4' });
  expect(await cache.get('q', 'k', answer('5'))).toEqual({ text: '5' });
});

it('asks anew after a change, and does not keep what was asked before it', async () => {
  const cache = make(Number.POSITIVE_INFINITY);
  let finish: (value: Value) => void = () => {};
  const slow = cache.get('p', 'k', () => new Promise((resolve) => (finish = resolve)));
  cache.forget('p');
  expect(await cache.get('p', 'k', answer('new'))).toEqual({ text: 'new' });
  finish({ text: 'old' });
  expect(await slow).toEqual({ text: 'old' });
  expect(await cache.get('p', 'k', answer('x'))).toEqual({ text: 'new' });
  await cache.get('q', 'k', answer('q'));
  cache.forget('p');
  expect(await cache.get('q', 'k', answer('x'))).toEqual({ text: 'q' });
});

it('keeps "there is none" only where nobody else writes, and answers for a while only where somebody does', async () => {
  const alone = make(ttlFor('embedded'));
  expect([await alone.get('p', 'k', answer(null)), await alone.get('p', 'k', answer('1'))]).toEqual([null, null]);
  const shared = make(ttlFor('server'));
  expect([await shared.get('p', 'k', answer(null)), await shared.get('p', 'k', answer('1'))]).toEqual([null, { text: '1' }]);
  clock.ms += 9_999;
  expect(await shared.get('p', 'k', answer('2'))).toEqual({ text: '1' });
  clock.ms += 2;
  expect(await shared.get('p', 'k', answer('3'))).toEqual({ text: '3' });
});

it('does not keep a failure', async () => {
  const cache = make(Number.POSITIVE_INFINITY);
  await expect(cache.get('p', 'k', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache.get('p', 'k', answer('1'))).toEqual({ text: '1' });
});

it('forgets the least used when it is full', async () => {
  const cache = make(Number.POSITIVE_INFINITY, 5_000);
  for (let index = 0; index < 10; index++) await cache.get('p', `k${index}`, answer('x'.repeat(1000)));
  await cache.get('p', 'k9', answer('again'));
  expect(asked).toHaveLength(10);
  await cache.get('p', 'k0', answer('again'));
  expect(asked).toHaveLength(11);
});
