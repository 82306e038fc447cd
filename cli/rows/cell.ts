import { ExactNumber } from '../../contract/json/exact-number.ts';
import { parseJson } from '../../contract/json/parse.ts';

/**
 * What a cell of a CSV file holds. JSON is read as such (objects, lists, numbers, true, false, "quoted texts"), everything else is a text:
 * numbers that JSON would change too, like `007`, `1.0` or long ids. An empty cell is no value. `printCell` is the way back.
 */
export function readCell(text: string): unknown {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return text;
  }
  if (value === null || value instanceof ExactNumber) return text;
  if (typeof value === 'number' && String(value) !== text.trim()) return text;
  return value;
}

/** What spreadsheets take for the beginning of a formula: such a text is written as JSON, in quotes, and read back as it was. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/** The cell for a value; null and undefined are empty. */
export function printCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' && readCell(value) === value && !FORMULA.test(value)) return value;
  return JSON.stringify(value);
}
