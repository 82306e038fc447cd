import { expect, it } from 'vitest';
import { beginningOf } from './long-text.tsx';

it('keeps short texts whole', () => {
  expect(beginningOf('a\nb')).toBe('a\nb');
  expect(beginningOf('')).toBe('');
  const lines = Array.from({ length: 36 }, (_, n) => `${n}`).join('\n');
  expect(beginningOf(lines)).toBe(lines);
});

it('cuts by characters and by lines', () => {
  expect(beginningOf('x'.repeat(5_000))).toHaveLength(2_400);
  const lines = Array.from({ length: 100 }, (_, n) => `${n}`);
  expect(beginningOf(lines.join('\n'))).toBe(lines.slice(0, 36).join('\n'));
});
