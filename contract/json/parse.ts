import { ExactNumber, isExact } from './exact-number.ts';

/**
 * JSON of users is read here and nowhere else: what a double cannot give back digit for digit becomes an `ExactNumber`. `JSON.stringify`
 * prints it again as it came.
 */

/** A run of digits and dots of this length may be more than a double holds: 15 digits always come back, 17 characters need not. */
const RUN = 16;

/** Ends of numbers that are doubtful without being long: an exponent of three digits, minus nought. */
const LONG_EXPONENT = /[eE][+-]?\d{3,}(?:[,\]}\s]|$)/;
const MINUS_NOUGHT = /-0(?:\.0*)?(?:[eE][+-]?\d+)?(?:[,\]}\s]|$)/;

/** The same numbers whole. A number stands at the start or behind one of these characters. */
const RARE_NUMBER = /(?:^|[:,[\s])(-?\d[\d.]*[eE][+-]?\d{3,}|-0(?![.]?\d*[1-9])[\d.eE+-]*)/g;

const isDigitOrDot = (code: number): boolean => (code >= 48 && code <= 57) || code === 46;
const isOfNumber = (code: number): boolean => isDigitOrDot(code) || code === 43 || code === 45 || code === 69 || code === 101;

/**
 * Whether a text holds a number that must not become a double. Reading a text with a reviver costs up to fifteen times as much as without,
 * so that is done only where it must be: most long numbers are doubles that were printed in full, and those come back as they are. What
 * looks like a number inside a text only costs time. Looks at one character in sixteen: a run of that length cannot be stepped over.
 */
export function mayLoseDigits(text: string): boolean {
  for (let i = RUN - 1; i < text.length; i += RUN) {
    if (!isDigitOrDot(text.charCodeAt(i))) continue;
    let start = i;
    while (start > 0 && isDigitOrDot(text.charCodeAt(start - 1))) start--;
    let end = i + 1;
    while (end < text.length && isDigitOrDot(text.charCodeAt(end))) end++;
    i = end - 1;
    if (end - start < RUN) continue;
    if (start > 0 && text[start - 1] === '-') start--;
    // A text of digits begins with a quotation mark.
    if (start > 0 && !':,[ \n\r\t'.includes(text[start - 1]!)) continue;
    while (end < text.length && isOfNumber(text.charCodeAt(end))) end++;
    const number = text.slice(start, end);
    if (!isExact(number, Number(number))) return true;
  }
  // Two searches: together in one they take twice as long.
  return (LONG_EXPONENT.test(text) || MINUS_NOUGHT.test(text)) && hasRare(text);
}

function hasRare(text: string): boolean {
  for (const [, number] of text.matchAll(RARE_NUMBER)) if (!isExact(number!, Number(number))) return true;
  return false;
}

/**
 * `JSON.parse` that keeps all digits.
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(text: string): unknown {
  return mayLoseDigits(text) ? parseExactly(text) : JSON.parse(text);
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

const keepDigits: Reviver = (_key, value, context) => {
  const source = context?.source;
  return typeof value === 'number' && source !== undefined && !isExact(source, value) ? new ExactNumber(source) : value;
};

function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits);
  } catch (error) {
    // A reviver recurses: a value that is too deep for it is refused by its depth, or shown as too deep, by whoever asked.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

const ESCAPES = /\\(?:\\|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2})/g;

/**
 * JSON text in which no escape is half of a surrogate pair: a text that was cut in the middle of an emoji cannot be printed by many readers.
 * Halves become U+FFFD, as they do outside of JSON text.
 */
const withWholePairs = (text: string): string =>
  /\\u[dD]/.test(text) ? text.replace(ESCAPES, (found) => (found.length === 6 ? '\\ufffd' : found)) : text;

/**
 * A value of stored JSON text.
 * @throws SyntaxError when it is none
 */
export const parseStored = (text: string): unknown => parseJson(withWholePairs(text));

const NUMBER = /^-?\d[\d.eE+-]*$/;

/** Before a stored number of many digits, so that it is not the text of the same digits. JSON means nothing by it. */
const IS_NUMBER = '\t';

/**
 * The value of a text that is JSON, else the text itself. A text of nothing but a number with more digits than a double has stays that
 * text: ids are sent so. A number of that kind is stored by `storedText`.
 */
export function parseIfJson(text: string): unknown {
  try {
    const value = parseStored(text);
    return value instanceof ExactNumber && !text.startsWith(IS_NUMBER) ? text : value;
  } catch {
    return text;
  }
}

/** How a value is stored as text: texts as they are, everything else as JSON. `parseIfJson` reads it. */
export function storedText(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value) ?? '';
  return value instanceof ExactNumber && NUMBER.test(text) ? IS_NUMBER + text : text;
}

/** Whether a value is an object of JSON: no list, no null, no number. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

/** A JSON value for libraries that know doubles only, rounded where it must be. The value itself where it holds no `ExactNumber`. */
export function withDoubles(value: unknown): unknown {
  return holdsExact(value) ? JSON.parse(JSON.stringify(value)) : value;
}

function holdsExact(root: unknown): boolean {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value instanceof ExactNumber) return true;
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) waiting.push(inner);
  }
  return false;
}

/** Sets a key that comes from outside: assigning to `__proto__` would make no key. */
export function setKey<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}
