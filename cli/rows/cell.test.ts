import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printCell, readCell } from './cell.ts';
import { rowPrinter } from './write-rows.ts';

describe('a cell of CSV', () => {
  it.each([
    ['', undefined],
    ['hello', 'hello'],
    ['42', 42],
    ['-1.5', -1.5],
    ['007', '007'],
    ['1.0', '1.0'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', true],
    ['null', 'null'],
    ['{"a":[1]}', { a: [1] }],
    ['"42"', '42'],
    ['{broken', '{broken'],
  ])('%j is %j', (text, value) => {
    expect(readCell(text)).toEqual(value);
  });

  it.each(['=1+1', '+1-1', '-a', '@a', '\t=1'])('is no formula to a spreadsheet: %j', (text) => {
    expect(printCell(text)).toBe(JSON.stringify(text));
    expect(readCell(printCell(text))).toBe(text);
  });

  it('gives any value back, through a file of CSV', () => {
    const value = fc
      .oneof(fc.jsonValue(), fc.string(), fc.constantFrom('1', 'true', '"x"', 'null', '', ' 1', '=1+1', 'a\r\nb'))
      .map((each) => JSON.parse(JSON.stringify(each)) as unknown)
      .filter((each) => each !== null && JSON.stringify(each) !== '-0');
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const columns = values.map((_, i) => `c${i}`);
        const printer = rowPrinter('csv', columns);
        const text = printer.head() + printer.row(Object.fromEntries(columns.map((column, i) => [column, values[i]])));
        const [record] = parse(text, { columns: true }) as Record<string, string>[];
        expect(columns.map((column) => readCell(record![column]!))).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  it('is empty for no value', () => {
    expect([printCell(null), printCell(undefined)]).toEqual(['', '']);
    expect(printCell('')).toBe('""');
  });
});
