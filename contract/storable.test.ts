import { expect, it } from 'vitest';
import { isStorableThroughout } from './storable.ts';

it('texts are looked at wherever they are, at any depth', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(isStorableThroughout(deep)).toBe(true);
  expect(isStorableThroughout({ a: [{ b: 'x\0' }] })).toBe(false);
  expect(isStorableThroughout({ '\ud800': 1 })).toBe(false);
  expect(isStorableThroughout(undefined)).toBe(true);
});
