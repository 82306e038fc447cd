import { describe, expect, it } from 'vitest';
import { flattenMetadata, nestMetadata } from './metadata.ts';

describe('flat metadata', () => {
  it('has paths for objects, texts as they are, JSON for the rest', () => {
    expect(
      flattenMetadata({ a: 'x', b: { c: 1, d: { e: true } }, list: [1, { f: 2 }], nothing: null, empty: {}, absent: undefined }),
    ).toEqual({
      a: 'x',
      'b.c': '1',
      'b.d.e': 'true',
      list: '[1,{"f":2}]',
      nothing: 'null',
      empty: '{}',
    });
  });

  it('survives nesting without end', () => {
    let deep: Record<string, unknown> = {};
    for (let i = 0; i < 50_000; i++) deep = { deep };
    const flat = flattenMetadata({ deep, beside: 1 });
    expect(flat.beside).toBe('1');
    expect(Object.keys(flat)).toHaveLength(2);
  });
});

describe('nested metadata', () => {
  it.each([
    { a: 'x', b: { c: 1, d: { e: true } }, list: [1, { f: 2 }], empty: {} },
    {
      attributes: { 'gen_ai.request.model': 'm', n: 5 },
      resourceAttributes: { 'service.name': 's' },
      scope: { name: 'n', attributes: { 'a.b': 'c' } },
    },
    { attributes: {}, resourceAttributes: {}, scope: { attributes: {} } },
  ])('is what it was: %j', (metadata) => {
    expect(nestMetadata(flattenMetadata(metadata))).toEqual(metadata);
  });

  it('keeps the whole path where something plain is in the way', () => {
    expect(nestMetadata({ a: 'x', 'a.b': 'y', '.c': 'z' })).toEqual({ a: 'x', 'a.b': 'y', '.c': 'z' });
  });

  it('cannot reach a prototype', () => {
    nestMetadata({ '__proto__.polluted': '1', 'constructor.prototype.polluted': '1' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
