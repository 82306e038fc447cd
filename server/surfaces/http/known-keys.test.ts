import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../../../contract/operation.ts';
import { readInput } from './input.ts';
import { knownKeys } from './known-keys.ts';

const keysOf = (schema: z.ZodType) => knownKeys(schema) && [...knownKeys(schema)!].sort();

describe('names that an input may have', () => {
  const a = z.object({ a: z.string() });
  const b = z.strictObject({ b: z.string() });
  it.each<[string, z.ZodType, string[] | null]>([
    ['of an object', a, ['a']],
    ['of a strict one', b, ['b']],
    ['of two together', z.intersection(a, b), ['a', 'b']],
    ['of either', z.union([a, b]), ['a', 'b']],
    ['of what is checked', a.refine(() => true), ['a']],
    ['of what is made into something else', a.transform(({ a: text }) => text), ['a']],
    ['of what is looked at before', z.preprocess((value) => value, a), ['a']],
    ['of what may be left out', a.optional(), ['a']],
    ['are any where the schema says so', z.looseObject({ a: z.string() }), null],
    ['are any of a record', z.record(z.string(), z.string()), null],
  ])('%s', (_what, schema, names) => {
    expect(keysOf(schema)).toEqual(names);
  });
});

/** Every operation that is declared. */
const operations: Operation[] = [];
const folder = new URL('../../../contract/api/', import.meta.url);
beforeAll(async () => {
  for (const name of await readdir(folder)) {
    const declared: Record<string, unknown> = await import(new URL(name, folder).href);
    operations.push(...Object.values(declared).filter(isOperation));
  }
});
const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'path' in value && 'input' in value && 'output' in value;

describe('every operation', () => {
  it('is looked at', () => expect(operations.length).toBeGreaterThan(140));

  it('knows the names of its input, and those of its path are among them', () => {
    for (const { id, input, path } of operations) {
      const names = knownKeys(input);
      expect([id, names === null]).toEqual([id, false]);
      for (const [, parameter] of path.matchAll(/\{(\w+)\}/g)) expect([id, names?.has(parameter!)]).toEqual([id, true]);
    }
  });

  it('refuses a query parameter that it does not know, and names it', () => {
    for (const operation of operations) {
      const sent = { params: {}, query: { nonsense: '1' }, body: {} };
      expect(() => readInput(operation, sent), operation.id).toThrow(/^nonsense: is no query parameter of this operation$/);
    }
  });

  it('refuses a field of its body that it does not know, and names it', () => {
    for (const operation of operations.filter(({ method }) => method !== 'GET' && method !== 'DELETE')) {
      const sent = { params: {}, query: {}, body: { nonsense: { deep: 1 }, more: 1 } };
      expect(() => readInput(operation, sent), operation.id).toThrow(
        /^nonsense: is no field of this operation; more: is no field/,
      );
    }
  });
});
