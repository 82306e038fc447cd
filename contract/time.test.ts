import { expect, it } from 'vitest';
import { givenTime } from './time.ts';

it.each([
  ['0001-01-01T00:00:00Z', true],
  ['9999-12-31T23:59:59.999Z', true],
  ['2026-01-01T00:00:00+02:00', true],
  ['0000-01-01T00:00:00Z', false],
  ['0001-01-01T00:00:00+01:00', false],
  ['9999-12-31T23:59:59-14:00', false],
  ['2026-01-01', false],
])('a time that is given: %s', (text, isOne) => {
  expect(givenTime.safeParse(text).success).toBe(isOne);
});
