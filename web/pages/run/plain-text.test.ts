import { expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

it.each([
  ['a text', 'a text'],
  [null, '–'],
  [undefined, '–'],
  ['', '–'],
  [0, '0'],
  [false, 'false'],
  [{ a: 1 }, '{\n "a": 1\n}'],
  ['x'.repeat(2001), `${'x'.repeat(2000)}…`],
])('%j', (value, text) => expect(plainText(value)).toBe(text));
