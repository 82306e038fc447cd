import { describe, expect, it } from 'vitest';
import { environmentOf, id, isoOf, microsOf } from './fields.ts';

describe('microsOf', () => {
  const good: [text: string, micros: number][] = [
    ['1970-01-01T00:00:00Z', 0],
    ['2026-11-21T12:34:56.789Z', Date.UTC(2026, 10, 21, 12, 34, 56, 789) * 1000],
    ['2026-11-21T12:34:56.789123+00:00', Date.UTC(2026, 10, 21, 12, 34, 56, 789) * 1000 + 123],
    ['2026-11-21T12:34:56.7891239Z', Date.UTC(2026, 10, 21, 12, 34, 56, 789) * 1000 + 123],
    ['2026-11-21T12:34:56.7Z', Date.UTC(2026, 10, 21, 12, 34, 56, 700) * 1000],
    ['2026-11-21T12:34:56+02:30', Date.UTC(2026, 10, 21, 10, 4, 56) * 1000],
    ['2026-11-21T23:34:56-0500', Date.UTC(2026, 10, 22, 4, 34, 56) * 1000],
    ['2026-11-21T12:34:56+09', Date.UTC(2026, 10, 21, 3, 34, 56) * 1000],
    ['2026-11-21T12:34Z', Date.UTC(2026, 10, 21, 12, 34) * 1000],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000],
  ];
  it.each(good)('reads %s', (text, micros) => expect(microsOf(text)).toBe(micros));

  const bad = [
    '',
    'yesterday',
    '2026-11-21',
    '2026-11-21T12:34:56',
    '2026-11-21 12:34:56Z',
    '2025-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T12:61:00Z',
    '2026-11-21T12:00:00+99:00',
    '1969-12-31T23:59:59Z',
    '9999-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1763728496',
    '2026-11-21T12:34:56.Z',
  ];
  it.each(bad)('refuses %j', (text) => expect(microsOf(text)).toBeNull());

  it('prints what it read', () => {
    expect(isoOf(microsOf('2026-11-21T12:34:56.789123+00:00')!)).toBe('2026-11-21T12:34:56.789123Z');
    expect(isoOf(microsOf('2026-11-21T14:34:56.78+02:00')!)).toBe('2026-11-21T12:34:56.780Z');
    expect(isoOf(microsOf('2026-11-21T12:34:56.000007Z')!)).toBe('2026-11-21T12:34:56.000007Z');
  });
});

describe('environmentOf', () => {
  const cases: [given: unknown, kept: string | undefined][] = [
    [undefined, undefined],
    [null, undefined],
    ['Production', 'production'],
    ['langfuse-eval', 'eval'],
    ['langfuse_langfuse-LANGFUSEx', 'x'],
    ['langfuse', 'default'],
    ['langfuse-', 'default'],
    ['', 'default'],
    ['my env', 'default'],
    ['ümlaut', 'default'],
    [7, 'default'],
    [{}, 'default'],
    ['a'.repeat(50), 'a'.repeat(40)],
    ['eu-west_1', 'eu-west_1'],
  ];
  it.each(cases)('%j becomes %j', (given, kept) => expect(environmentOf(given)).toBe(kept));
});

describe('id', () => {
  it.each(['x', 'a b/c?ü', 'x'.repeat(800)])('takes %j', (value) => expect(id.safeParse(value).success).toBe(true));
  it.each(['', 'x'.repeat(801), 'a\rb', 7, null])('refuses %j', (value) => expect(id.safeParse(value).success).toBe(false));
});
