import { expect, it } from 'vitest';
import { hasNestedRepetition } from './nested-repetition.ts';

it.each(['(a+)+', '(a*)*$', '^([a-z]+)*', '(?:x|y+)+', '((a+)b)+', '(a{2,})+', '(a+){3,}', '([^)]*)*', '((a)*)+', '(.*?)+'])(
  'finds it in %s',
  (pattern) => expect(hasNestedRepetition(pattern)).toBe(true),
);

it.each([
  '',
  'a+b*',
  '^input',
  '(a|b)+',
  '(-v\\d+)?',
  '(a+)b+',
  '[(a+)]+',
  '\\(a+\\)+',
  '(a[+*]b)+',
  '(a\\+)+',
  '([[:alpha:]])+',
  '[]+)]+',
  ')+',
  '(a',
])('finds none in %s', (pattern) => expect(hasNestedRepetition(pattern)).toBe(false));
