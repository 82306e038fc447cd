import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber } from './json/exact-number.ts';
import { isObject, parseIfJson } from './json/parse.ts';
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

/** JSON with its keys in order. */
const canonicalJson = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(canonicalJson)}]`
    : isObject(value)
      ? `{${Object.keys(value)
          .sort()
          .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)}}`
      : JSON.stringify(value);

/** As reads show a text that is JSON; lists stay as they are. */
const asRead = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') {
    const read = parseIfJson(value);
    return value.startsWith('\t') && read instanceof ExactNumber ? value : read;
  }
  if (!isObject(value) || depth > 16) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asRead(inner, depth + 1)]));
};

describe('metadata that was sent', () => {
  it.each([
    ['keys with dots', { 'a.b': 1, a: { c: 2 }, 'user.email': 'x', 'http.status': 200, 'http.status.text': 'OK' }],
    ['two keys of one path', { 'a.b': 1, a: { b: 2 } }],
    ['two objects of one path', { 'a.b': { c: 1 }, a: { 'b.c': 2, b: { c: 3 } } }],
    ['dots below', { user: { 'e.mail': 'x', name: { 'first.': 1 } } }],
    ['empty keys', { '': 1, a: { '': { '': 2 } } }],
    ['names of containers', { attributes: { 'a.b': 1, a: { b: 2 } }, scope: { 'x.y': 1 }, 'attributes.z': 3 }],
    ['an empty object beside a path', { a: {}, 'a.b': 1 }],
    ['long numbers', { id: new ExactNumber('107505301260286111'), text: '107505301260286111', list: [new ExactNumber('1e400')] }],
    ['names of prototypes', JSON.parse('{"__proto__":{"a":1},"constructor":2,"x":{"__proto__":3,"toString":4},"toString":5}')],
    ['the sign of whole values', { '\ue000': 1, '\ue000a': { b: 2 }, a: { '\ue000b': 3 } }],
  ])('comes back: %s', (_, metadata) => {
    const read = nestMetadata(flattenMetadata(metadata as Record<string, unknown>));
    expect(read).toEqual(metadata);
    expect(Object.keys(read).sort()).toEqual(Object.keys(metadata as object).sort());
  });

  it('comes back whatever its keys and values are', () => {
    const key = fc.oneof(
      // Neither quotation marks nor backslashes: see `WHOLE`.
      fc.string({ maxLength: 3 }).map((text) => text.replace(/["\\]/g, '')),
      fc.constantFrom(
        'a',
        'b',
        'a.b',
        'a.b.c',
        'b.',
        '.a',
        '',
        '__proto__',
        'constructor',
        'attributes',
        'scope',
        'attributes.x',
        '\ue000a',
      ),
    );
    const leaf = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
      fc.boolean(),
      fc.constantFrom(null, '5', 'true', '{"a":1}', '1983516295378495150', '\t1983516295378495150'),
      fc.constantFrom('107505301260286111', '0.1234567890123456789', '1e400', '-0').map((text) => new ExactNumber(text)),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
      ),
    }));
    const object = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));
    fc.assert(
      fc.property(object, (metadata) => {
        const flat = JSON.parse(JSON.stringify(flattenMetadata(metadata))) as Record<string, string>;
        expect(canonicalJson(nestMetadata(flat))).toBe(canonicalJson(asRead(metadata)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found under its paths', () => {
    const flat = flattenMetadata({ 'user.email': 'x', user: { id: new ExactNumber('107505301260286111') } });
    expect(flat).toMatchObject({ 'user.email': 'x', 'user.id': '107505301260286111' });
  });

  it('gives way to what another step said later of the same path', () => {
    expect(nestMetadata({ ...flattenMetadata({ 'a.b': 1, c: 2 }), ...{ 'a.b': '5' } })).toEqual({ a: { b: 5 }, c: 2 });
    expect(nestMetadata({ ...flattenMetadata({ 'a.b': 1 }), ...flattenMetadata({ 'a.b': 2, 'd.e': 3 }) })).toEqual({
      'a.b': 2,
      'd.e': 3,
    });
  });

  it('is nested from attributes where nothing collides, and else stays as it was', () => {
    expect(nestMetadata({ 'user.email': 'x', 'user.id': '1' })).toEqual({ user: { email: 'x', id: 1 } });
    expect(nestMetadata({ 'http.status': '200', 'http.status.text': 'OK', 'http.method': 'GET' })).toEqual({
      'http.status': 200,
      'http.status.text': 'OK',
      'http.method': 'GET',
    });
    expect(nestMetadata({ 'a.b': '1', a: '{"c":2}' })).toEqual({ 'a.b': 1, a: { c: 2 } });
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
