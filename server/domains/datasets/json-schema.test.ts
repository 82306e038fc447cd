import { describe, expect, it } from 'vitest';
import { itemCheck } from './check-items.ts';
import { itemContent } from './item-content.ts';
import { compileSchema } from './json-schema.ts';

/** Asks every value 2^n times whether it is an object. */
const doubling = (n: number) => ({
  $ref: `#/$defs/a${n}`,
  $defs: Object.fromEntries(
    Array.from({ length: n + 1 }, (_, i) => {
      const below = { $ref: `#/$defs/a${i - 1}` };
      return [`a${i}`, i === 0 ? { type: 'object' } : { allOf: [below, below] }];
    }),
  ),
});

const TOO_LONG = ['/ cannot be checked: the schema takes too long'];

describe('a schema that asks for more than anybody has time for', () => {
  it.each<[string, unknown, unknown]>([
    ['references that double', doubling(60), {}],
    ['a long list of unique objects', { uniqueItems: true }, Array.from({ length: 60_000 }, (_, i) => ({ i }))],
    [
      'a branch for each step down that doubles',
      { $ref: '#/$defs/n', $defs: { n: { allOf: [1, 2].map(() => ({ properties: { a: { $ref: '#/$defs/n' } } })) } } },
      Array.from({ length: 60 }).reduce((inner) => ({ a: inner }), {}),
    ],
  ])('is broken off: %s', (_name, schema, value) => {
    const check = compileSchema(schema, 'inputSchema');
    const begun = performance.now();
    expect(check(value, 100)).toEqual(TOO_LONG);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('has one time for all items of a request', () => {
    const check = itemCheck({ inputSchema: doubling(60), expectedOutputSchema: null });
    const begun = performance.now();
    for (let i = 0; i < 50; i++) expect(check({ input: {}, expectedOutput: null })).toEqual([`input: ${TOO_LONG[0]}`]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('leaves time to other requests', () => {
    const check = itemCheck({ inputSchema: { type: 'object' }, expectedOutputSchema: null });
    for (let i = 0; i < 2000; i++) expect(check({ input: {}, expectedOutput: null })).toEqual([]);
    expect(check({ input: 1, expectedOutput: null })).toEqual(['input: / must be object']);
  });
});

it('a schema that is nested without end is refused', () => {
  let schema: object = {};
  for (let i = 0; i < 20_000; i++) schema = { not: schema };
  expect(() => compileSchema(schema, 'inputSchema')).toThrow('inputSchema is nested too deep.');
});

it('a text with JSON that could be read but not printed stays a text', () => {
  const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(itemContent(text)).toBe(text);
  expect(itemContent('[[1]]')).toEqual([[1]]);
});
