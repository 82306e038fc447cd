import { expect, it } from 'vitest';
import { compactJson } from './compact-json.ts';
import { parseJson } from './parse.ts';

it('keeps what fits on one line', () => {
  expect(compactJson({ order_id: '48213', fields: ['status', 'eta'] })).toBe(
    '{\n  "order_id": "48213",\n  "fields": ["status", "eta"]\n}',
  );
  expect(compactJson({ a: 1, b: null })).toBe('{ "a": 1, "b": null }');
  expect(compactJson([])).toBe('[]');
  expect(compactJson({})).toBe('{}');
  expect(compactJson('x')).toBe('"x"');
  expect(compactJson(undefined)).toBe('');
});

it('means the same as the value, whatever the shape', () => {
  const value = { list: [{ a: [1, [2, { b: 'x'.repeat(90) }]] }, []], 'a "quoted" key': { deep: { deeper: true } }, '': -1.5e9 };
  expect(JSON.parse(compactJson(value))).toEqual(value);
  const long = Array.from({ length: 3_000 }, (_, n) => ({ n }));
  expect(JSON.parse(compactJson(long))).toEqual(long);
});

it('survives any depth', () => {
  let deep: unknown = 1;
  for (let n = 0; n < 200; n++) deep = [deep];
  expect(JSON.parse(compactJson(deep))).toEqual(deep);
  for (let n = 0; n < 100_000; n++) deep = [deep];
  expect(compactJson(deep)).toContain('nested too deeply');
});

it('shows long numbers with all their digits', () => {
  const value = parseJson('{"id":107505301260286111,"list":[9007199254740993,1]}');
  expect(compactJson(value)).toBe('{\n  "id": 107505301260286111,\n  "list": [9007199254740993, 1]\n}');
});
