import { expect, it } from 'vitest';
import { isStorableThroughout, storableTime } from './storable.ts';

it.each([
  ['0001-01-01T00:00:00Z', true],
  ['9999-12-31T23:59:59.999Z', true],
  ['2026-01-01T00:00:00+02:00', true],
  ['0000-01-01T00:00:00Z', false],
  ['0001-01-01T00:00:00+01:00', false],
  ['9999-12-31T23:59:59-14:00', false],
  ['2026-01-01', false],
])('a moment of settings: %s', (text, isOne) => {
  expect(storableTime.safeParse(text).success).toBe(isOne);
});

it('texts are looked at wherever they are, at any depth', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(isStorableThroughout(deep)).toBe(true);
  expect(isStorableThroughout({ a: [{ b: 'x\0' }] })).toBe(false);
  expect(isStorableThroughout({ '\ud800': 1 })).toBe(false);
  expect(isStorableThroughout(undefined)).toBe(true);
});
