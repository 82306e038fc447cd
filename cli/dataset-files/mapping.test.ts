import { describe, expect, it } from 'vitest';
import { itemOf, mapColumns } from './mapping.ts';
import { asSent, createIdGiver, fingerprintOf, isSame } from './new-items.ts';

describe('columns of a file', () => {
  it('are known by their names', () => {
    const mapping = mapColumns(['ID', 'Input', 'expected_output', 'metadata', 'status', 'createdAt', 'note'], {});
    expect(mapping).toMatchObject({
      id: 'ID',
      input: ['Input'],
      expectedOutput: ['expected_output'],
      metadata: ['metadata'],
      status: 'status',
    });
    expect(mapping.unused).toEqual(['note']);
  });
  it('are what the options say', () => {
    const columns = ['question', 'context', 'answer', 'topic', 'id'];
    const mapping = mapColumns(columns, { input: ['question,context'], expectedOutput: ['answer'], metadata: ['*'] });
    const row = { question: 'Q', context: undefined, answer: 'A', topic: 'math', id: 7 };
    expect(itemOf(row, mapping)).toMatchObject({
      id: '7',
      input: { question: 'Q' },
      expectedOutput: 'A',
      metadata: { topic: 'math' },
    });
    expect(mapColumns(['a,b', 'c'], { input: ['a,b'] }).input).toEqual(['a,b']);
  });
  it('make a value when there is one, and metadata always an object', () => {
    expect(itemOf({ q: 'Q', m: 1 }, mapColumns(['q', 'm'], { input: ['q'], metadata: ['m'] }))).toMatchObject({
      input: 'Q',
      metadata: { m: 1 },
    });
    expect(itemOf({ input: 1, metadata: { a: 1 } }, mapColumns(['input', 'metadata'], {})).metadata).toEqual({ a: 1 });
  });
  it('are missed by name, with those that are there', () => {
    expect(() => mapColumns(['a', 'b'], {})).toThrow(/--input.*a, b/);
    expect(() => mapColumns(['a', 'b'], { input: ['c'] })).toThrow(/--input c: .*a, b/);
    expect(() => itemOf({ input: 1, status: 'gone' }, mapColumns(['input', 'status'], {}))).toThrow(/ACTIVE/);
  });
});

describe('ids of items without one', () => {
  it('follow from dataset and content; equal rows each have their own', () => {
    const rows = [{ input: 'a' }, { input: 'b' }, { input: 'a' }];
    const ids = (dataset: string) => rows.map(createIdGiver(dataset)).map(({ id }) => id);
    expect(new Set(ids('x')).size).toBe(3);
    expect(ids('x')).toEqual(ids('x'));
    expect(ids('y')).not.toContain(ids('x')[0]);
    expect(createIdGiver('x')({ input: 'a', id: 'own' }).id).toBe('own');
  });
});

describe('an item that is there', () => {
  const there = fingerprintOf({ input: { a: 1, b: 2 }, expectedOutput: 'x', metadata: null, status: 'ACTIVE' });
  it('is the same whatever is not given', () => {
    expect(isSame({ input: { b: 2, a: 1 } }, there)).toBe(true);
    expect(isSame({ input: { b: 2, a: 1 }, expectedOutput: null }, there)).toBe(true);
    expect(isSame({ input: { b: 2, a: 1 }, expectedOutput: 'y' }, there)).toBe(false);
    expect(isSame({ input: { a: 1 } }, there)).toBe(false);
  });
  it('is sent so that the server keeps a text a text', () => {
    expect(asSent({ input: '42', expectedOutput: 'plain', metadata: 42 })).toMatchObject({
      input: '"42"',
      expectedOutput: 'plain',
      metadata: 42,
    });
  });
});
