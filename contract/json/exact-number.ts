/** What engines of today know of numbers in JSON and the type library does not yet tell. */
const rawJson = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;

/**
 * A number of JSON that no double gives back digit for digit: `107505301260286111`, `0.1234567890123456789`, `1e400`, `-0`. It is
 * printed by `JSON.stringify` and shown as text with the digits it came with; sums and comparisons take the nearest double.
 */
export class ExactNumber {
  /** The number as it was written. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** An engine that cannot print digits as they are (browsers of before 2025) prints them as a text: nothing is rounded. */
  toJSON(): unknown {
    return rawJson ? rawJson(this.text) : this.text;
  }

  toString(): string {
    return this.text;
  }

  valueOf(): number {
    return Number(this.text);
  }
}

const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A decimal number as sign, digits without zeros around them, and power of ten: the same for `1.50`, `15e-1` and `1.5`. */
function canonical(text: string): string | undefined {
  const match = PARTS.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = whole + fraction;
  let from = 0;
  let to = digits.length;
  while (from < to && digits[from] === '0') from++;
  while (to > from && digits[to - 1] === '0') to--;
  if (from === to) return `${sign}0`;
  return `${sign}${digits.slice(from, to)}e${Number(power) - fraction.length + digits.length - to}`;
}

/** Whether a double is the number that JSON text writes, digit for digit. Another way of writing the same (`1.0`, `1e2`) is the same. */
export function isExact(source: string, double: number): boolean {
  const printed = String(double);
  return printed === source || (Number.isFinite(double) && canonical(printed) === canonical(source));
}
