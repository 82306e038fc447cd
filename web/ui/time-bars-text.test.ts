import { expect, it } from 'vitest';
import { formatBucket, formatTick } from './time-bars-text.ts';

const at = new Date(2026, 10, 21, 14, 5, 9).getTime();

it('writes ticks as fine as the axis needs', () => {
  expect(formatTick(at, 6 * 3_600_000, 60)).toBe('21 Nov');
  expect(formatTick(at, 3_600_000, 48)).toBe('21 Nov 14:05');
  expect(formatTick(at, 60_000, 60)).toBe('14:05');
  expect(formatTick(at, 15_000, 60)).toBe('14:05:09');
});

it('tells from when to when a bucket goes', () => {
  expect(formatBucket(at, 60_000)).toMatch(/^21 Nov 14:05 – 14:06 UTC[+-]\d\d:\d\d$/);
  expect(formatBucket(at, 86_400_000)).toMatch(/^21 Nov 14:05 – 22 Nov 14:05 UTC/);
});
