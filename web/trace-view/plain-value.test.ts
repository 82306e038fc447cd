import { expect, it } from 'vitest';
import { plainValue } from './plain-value.ts';

it('leaves texts as they are', () => {
  expect(plainValue('a\n  b')).toBe('a\n  b');
  expect(plainValue(12)).toBe('12');
  expect(plainValue(null)).toBe('null');
  expect(plainValue({})).toBe('{}');
});

it('writes fields, lists and texts of several lines', () => {
  expect(plainValue({ name: 'Ann', tags: ['x', 'y'], note: 'one\ntwo', inner: { a: 1, b: [] } })).toBe(
    ['name: Ann', 'tags:', '  - x', '  - y', 'note:', '  one', '  two', 'inner:', '  a: 1', '  b: []'].join('\n'),
  );
});

it('puts the first field of an item behind its dash', () => {
  expect(plainValue([{ role: 'user', content: 'hi\nyou' }, { role: 'assistant' }])).toBe(
    ['- role: user', '  content:', '    hi', '    you', '- role: assistant'].join('\n'),
  );
});

it('survives deep nesting', () => {
  let deep: unknown = 1;
  for (let n = 0; n < 3_000; n++) deep = { a: deep };
  expect(plainValue(deep).length).toBeGreaterThan(100);
});
