/**
 * Metadata is stored flat: a nested object becomes `a.b` paths, every value is text or JSON text. These two functions are the only
 * ones that know the form.
 *
 * Three containers hold OpenTelemetry attributes, whose keys have dots of their own; below them the rest of the path is one key.
 */
const CONTAINERS = ['scope.attributes.', 'resourceAttributes.', 'attributes.'] as const;

/** Objects nested deeper than this stay JSON text. */
const MAX_DEPTH = 16;

/** Keys that would reach an object's prototype when metadata is rebuilt. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Flattens `value` into `into`, below `prefix` (which ends in a dot or is empty). Texts stay as they are, everything else becomes JSON
 * text; an empty object stays as the text `{}`, so that nothing is lost. Undefined values are left out.
 */
export function flattenMetadata(
  value: Record<string, unknown>,
  into: Record<string, string> = {},
  prefix = '',
): Record<string, string> {
  addAll(value, into, prefix, 0);
  return into;
}

function addAll(value: Record<string, unknown>, into: Record<string, string>, prefix: string, depth: number): void {
  for (const key of Object.keys(value)) {
    if (FORBIDDEN.has(key)) continue;
    const entry = value[key];
    if (typeof entry === 'string') into[prefix + key] = entry;
    else if (isObject(entry) && depth < MAX_DEPTH && Object.keys(entry).length > 0)
      addAll(entry, into, `${prefix}${key}.`, depth + 1);
    else if (entry !== undefined) into[prefix + key] = textOf(entry);
  }
}

/**
 * Rebuilds the nested form of flat metadata. `read` turns each text into a value; by default texts that are JSON are parsed. A path that
 * collides with a plain value keeps its full path as the key.
 */
export function nestMetadata(
  flat: Record<string, string>,
  read: (text: string) => unknown = parseIfJson,
): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const path of Object.keys(flat).sort((a, b) => a.length - b.length)) {
    const value = read(flat[path]!);
    const keys = splitPath(path);
    if (!place(nested, keys, value)) nested[path] = value;
  }
  return nested;
}

function splitPath(path: string): string[] {
  for (const container of CONTAINERS) {
    if (path.startsWith(container)) return [...container.slice(0, -1).split('.'), path.slice(container.length)];
  }
  return path.split('.');
}

/** Puts a value below its keys; false when something plain is in the way, or a key is empty or forbidden. */
function place(root: Record<string, unknown>, keys: readonly string[], value: unknown): boolean {
  if (keys.some((key) => key === '' || FORBIDDEN.has(key))) return false;
  let at = root;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (next === undefined) {
      const made: Record<string, unknown> = {};
      at[key] = made;
      at = made;
    } else if (isObject(next)) at = next;
    else return false;
  }
  const last = keys[keys.length - 1]!;
  if (Object.hasOwn(at, last)) return false;
  at[last] = value;
  return true;
}

/** The value of a text that is JSON, else the text itself. */
export function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON text; a mark where nesting is too deep for the engine. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return '"[nested too deep]"';
  }
}
