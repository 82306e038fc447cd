import { isObject, parseIfJson } from '../../../contract/json/parse.ts';
import { isTooDeep } from '../../ingest/langfuse/nesting.ts';

/** Characters that no text needs and some readers choke on: control characters other than tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const LONG_NUMBER = /^\s*-?\d{16,}\s*$/;

/**
 * What an item keeps of a value that came as input, expected output or metadata (contract §5.4): control characters are stripped
 * everywhere, and a text that is JSON is parsed. Absent and null are null. A whole number too long for a JavaScript number, and the text
 * `null`, stay texts: parsed they would be lost.
 */
export function itemContent(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const clean = withoutControl(value);
  return typeof clean === 'string' ? parsed(clean) : clean;
}

function parsed(text: string): unknown {
  if (LONG_NUMBER.test(text)) return text;
  try {
    const value = parseIfJson(text) ?? text;
    // Could be read, but not printed again.
    return isTooDeep(value) ? text : value;
  } catch {
    return text;
  }
}

function withoutControl(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(CONTROL, '');
  if (Array.isArray(value)) return value.map(withoutControl);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.replace(CONTROL, ''), withoutControl(inner)]));
}
