import { expect, it } from 'vitest';
import { runLimited, TimeLimitExceeded } from './run-limited.ts';

it('gives what the work gives, and throws what it throws', () => {
  expect(runLimited(1000, () => 'done')).toBe('done');
  const error = new TypeError('of the work');
  expect(() =>
    runLimited(1000, () => {
      throw error;
    }),
  ).toThrow(error);
});

it('breaks off what has no end, and works on afterwards', () => {
  const begun = performance.now();
  expect(() =>
    runLimited(50, () => {
      for (;;);
    }),
  ).toThrow(TimeLimitExceeded);
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(runLimited(1000, () => runLimited(1000, () => 'inner'))).toBe('inner');
});
