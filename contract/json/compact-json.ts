import { isObject } from './parse.ts';

/** Beyond this many characters nothing is gained by short lines. */
const LONGEST = 20_000;
const WIDTH = 64;

/** Nesting beyond this stays on one line. */
const DEEPEST = 60;

/** `JSON.stringify` that says so instead of throwing when a value is nested deeper than the engine can write. */
export function jsonOf(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? '';
  } catch (error) {
    return `(not shown: ${error instanceof RangeError ? 'nested too deeply' : String(error)})`;
  }
}

/**
 * JSON to be read: as `JSON.stringify` with two blanks, but lists and objects that fit on one line stay on it. Long values are
 * written the plain way, which is fast.
 */
export function compactJson(value: unknown): string {
  const flat = jsonOf(value);
  return flat.length > LONGEST ? jsonOf(value, 2) : write(value, '', 0);
}

const isNested = (value: unknown): value is object => Array.isArray(value) || isObject(value);

function write(value: unknown, indent: string, depth: number): string {
  const flat = jsonOf(value);
  if (!isNested(value) || depth > DEEPEST) return flat;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => ['', item])
    : Object.entries(value).map(([key, item]) => [`${JSON.stringify(key)}: `, item]);
  const simple = entries.every(([, item]) => !isNested(item));
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return flat;
  if (simple && flat.length + indent.length <= WIDTH) {
    const body = entries.map(([key, item]) => key + JSON.stringify(item)).join(', ');
    return Array.isArray(value) ? `[${body}]` : `{ ${body} }`;
  }
  const inner = `${indent}  `;
  return `${open}\n${entries.map(([key, item]) => inner + key + write(item, inner, depth + 1)).join(',\n')}\n${indent}${close}`;
}
