import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber } from './exact-number.ts';
import { isObject, mayLoseDigits, parseIfJson, parseJson, storedText } from './parse.ts';

const KEPT = [
  '107505301260286111',
  '-107505301260286111',
  '9007199254740993',
  '1983516295378495150',
  '18446744073709551615',
  '123456789012345678901234567890',
  '0.1234567890123456789',
  '-0.1234567890123456789',
  '3.14159265358979323846264338327950288',
  '1e400',
  '-1E+400',
  '1e-400',
  '-0',
  '-0.0',
  '123456789.123456789123456789',
];

const DOUBLES = [
  '0',
  '1',
  '1.0',
  '1.50',
  '1e5',
  '1E-7',
  '0.1',
  '0.30000000000000004',
  '-0.5',
  '9007199254740992',
  '123456789012345680000',
  '1764566400.123456',
  '5e-324',
  '1.7976931348623157e308',
  '1e100',
];

describe('numbers of JSON', () => {
  it.each(KEPT)('%s comes back as it was, wherever it stands', (digits) => {
    for (const text of [digits, `[${digits}]`, `{"id":${digits}}`, `{"a":[1,{"b":${digits}}],"c":"x"}`, `[1, ${digits} ]`]) {
      expect(mayLoseDigits(text)).toBe(true);
      expect(JSON.stringify(parseJson(text))).toBe(text.replace(/ /g, ''));
    }
    const number = parseJson(digits) as ExactNumber;
    expect(number).toBeInstanceOf(ExactNumber);
    expect(`${number}`).toBe(digits);
    expect(Number(number)).toBe(Number(digits));
    expect(isObject(number)).toBe(false);
  });

  it.each(DOUBLES)('%s is a plain number', (digits) => {
    expect(mayLoseDigits(`{"a":${digits}}`)).toBe(false);
    expect(parseJson(`{"a":${digits}}`)).toEqual({ a: Number(digits) });
    // The same holds where another number makes the exact way necessary.
    const beside = parseJson(`{"a":${digits},"b":9007199254740993}`) as Record<string, unknown>;
    expect(beside.a).toBe(Number(digits));
    expect(beside.b).toEqual(new ExactNumber('9007199254740993'));
  });

  it('texts that look like numbers stay texts', () => {
    const text = '{"id":"1983516295378495150","n":"0.1234567890123456789","inner":"{\\"id\\": 107505301260286111}"}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('keys of every name stay, in both ways of reading', () => {
    for (const number of ['1', '9007199254740993']) {
      const text = `{"__proto__":{"a":${number}},"constructor":2,"toString":3}`;
      expect(JSON.stringify(parseJson(text))).toBe(text);
    }
  });

  it('what is no JSON is refused, with and without long numbers', () => {
    for (const text of ['', '{', '[1,]', '{"a":9007199254740993', '01234567890123456789', '9007199254740993 x']) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
      expect(parseIfJson(text)).toBe(text);
    }
  });

  it('a value that is nested without end is read all the same', () => {
    const deep = `${'['.repeat(100_000)}9007199254740993${']'.repeat(100_000)}`;
    expect(Array.isArray(parseJson(deep))).toBe(true);
  });

  it('any JSON comes back character for character, numbers of any length included', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,22}[1-9])?$/).filter((text) => text !== '-0');
    const marked = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        digits.map((text) => ({ text })),
        fc.string({ unit: 'binary' }).map((value) => ({ text: JSON.stringify(value) })),
        fc.constantFrom('true', 'false', 'null').map((text) => ({ text })),
        fc
          .array(tie('value'), { maxLength: 4 })
          .map((items) => ({ text: `[${items.map((item) => (item as { text: string }).text)}]` })),
        fc
          .uniqueArray(
            fc.tuple(
              fc.string({ maxLength: 8 }).map((key) => `k${key}`),
              tie('value'),
            ),
            { maxLength: 4, selector: ([key]) => key },
          )
          .map((entries) => ({
            text: `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${(item as { text: string }).text}`)}}`,
          })),
      ),
    })).value as fc.Arbitrary<{ text: string }>;
    fc.assert(
      fc.property(marked, ({ text }) => {
        const printed = JSON.stringify(parseJson(text));
        // A double prints small and large numbers with an exponent: the same number, other characters.
        if (/\d[eE]/.test(printed)) return;
        expect(printed).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('stored texts', () => {
  it.each([
    ['a text', 'text'],
    ['a long id as text', '1983516295378495150'],
    ['a long id as number', new ExactNumber('1983516295378495150')],
    ['digits as text', '0.1234567890123456789'],
    ['an object', { id: new ExactNumber('107505301260286111'), a: [1, null, 'x'] }],
    ['nought', 0],
    ['no', false],
    ['too large', new ExactNumber('1e400')],
  ])('%s is read as it was stored', (_, value) => {
    expect(parseIfJson(storedText(value))).toEqual(value);
  });

  it('half a pair becomes U+FFFD, whole pairs and escaped backslashes stay', () => {
    expect(parseIfJson('{"a":"x\\ud83d","b":"\\ude00","c":"\\ud83d\\ude00","d":"\\\\ud83d","\\uD800":1}')).toEqual({
      a: 'x\ufffd',
      b: '\ufffd',
      c: '\u{1f600}',
      d: '\\ud83d',
      '\ufffd': 1,
    });
    expect(JSON.stringify(parseIfJson('["\\udc00\\ud83d\\ude00\\ud83d"]'))).toBe('["\ufffd\u{1f600}\ufffd"]');
  });

  it('a text that is JSON is read as what it says, with all digits', () => {
    expect(parseIfJson('{"id":107505301260286111}')).toEqual({ id: new ExactNumber('107505301260286111') });
    expect(parseIfJson('"1983516295378495150"')).toBe('1983516295378495150');
    expect(parseIfJson('5')).toBe(5);
  });
});
