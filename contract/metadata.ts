import { ExactNumber } from './json/exact-number.ts';
import { isObject, parseStored, setKey } from './json/parse.ts';

/**
 * Metadata is stored flat: a nested object becomes `a.b` paths, every value is text or JSON text, and so filters find it. These functions
 * are the only ones that know the form.
 *
 * Some objects cannot be rebuilt from that: whose keys have dots of their own (`user.email` beside `user`), or whose numbers have more
 * digits than a double. Each top key of that kind has an entry of its own besides, under its name behind `WHOLE`, with its value as JSON.
 */

/**
 * Three containers hold OpenTelemetry attributes, whose keys have dots of their own; below them the rest of the path is one key.
 */
const CONTAINERS = ['scope.attributes.', 'resourceAttributes.', 'attributes.'] as const;
const CONTAINER_HEADS: ReadonlySet<string> = new Set(CONTAINERS.map((container) => container.split('.')[0]!));

/** Objects nested deeper than this stay JSON text. */
const MAX_DEPTH = 16;

/**
 * Before a top key whose value is kept whole. Of the private use area: nobody types it into a filter, and JSON writes it without an escape
 * (V8 of Node 24 may mistake a key of one escaped character for a backslash).
 */
const WHOLE = '\ue000';

type Flat = Record<string, string>;

/** Keys that are kept as fields of their own; metadata with more of them is refused, or kept as one text where nothing can be refused. */
export const MAX_METADATA_KEYS = 10_000;

/** Whether an object has more keys than that, those of objects in it counted too; a list is one value. */
export function hasMoreKeys(value: unknown, most: number): boolean {
  let left = most;
  const count = (part: unknown, depth: number): boolean => {
    if (!isObject(part) || depth > MAX_DEPTH) return false;
    for (const key in part) if (--left < 0 || count(part[key], depth + 1)) return true;
    return false;
  };
  return count(value, 0);
}

/** Whether a key of flat metadata is not a path but a value kept whole. */
export const isWholeKey = (key: string): boolean => key.startsWith(WHOLE);

/**
 * Flattens `value` into `into`. Texts stay as they are, everything else becomes JSON text; an empty object stays as the text `{}`, so that
 * nothing is lost. Undefined values are left out.
 */
export function flattenMetadata(value: Record<string, unknown>, into: Flat = {}): Flat {
  const written: Written = { flat: {}, count: 0, faithful: true };
  const whole: string[] = [];
  for (const key of Object.keys(value)) {
    written.faithful = isPlainKey(key) && !isWholeKey(key);
    add(value[key], key, written, 0);
    if (!written.faithful) whole.push(key);
  }
  const paths = Object.keys(written.flat);
  for (const path of paths) into[path] = written.flat[path]!;
  // Two keys that made the same path: what is there is one of them, so all are kept whole.
  const all = paths.length < written.count ? Object.keys(value) : whole;
  for (const key of all) if (value[key] !== undefined) into[WHOLE + key] = textOf(value[key]);
  return into;
}

/** Adds one value under a key that is a path already, as attributes are. */
export function addMetadata(into: Flat, key: string, text: string, value: unknown): void {
  if (key === '' || key === '__proto__' || isWholeKey(key)) return;
  into[key] = text;
  if (value instanceof ExactNumber) into[WHOLE + key] = text;
}

interface Written {
  flat: Flat;
  /** Paths written, those written twice counted twice. */
  count: number;
  /** Whether the paths of the top key at hand say all that it was. */
  faithful: boolean;
}

/** A key that is one step of a path. */
const isPlainKey = (key: string): boolean => key !== '' && key !== '__proto__' && !key.includes('.');

function add(value: unknown, path: string, written: Written, depth: number): void {
  if (value === undefined) return;
  if (isObject(value) && depth < MAX_DEPTH) {
    const keys = Object.keys(value);
    if (keys.length > 0 && CONTAINERS.some((container) => path.startsWith(container))) written.faithful = false;
    for (const key of keys) {
      if (!isPlainKey(key)) written.faithful = false;
      add(value[key], `${path}.${key}`, written, depth + 1);
    }
    if (keys.length > 0) return;
  }
  if (value instanceof ExactNumber) written.faithful = false;
  // These two are no paths; their values are kept whole.
  if (path === '__proto__' || isWholeKey(path)) return;
  written.flat[path] = typeof value === 'string' ? value : textOf(value);
  written.count++;
}

/** Rebuilds metadata from its flat form. Texts that are JSON are parsed. */
export function nestMetadata(flat: Flat): Record<string, unknown> {
  const { whole, rest } = takeWhole(flat);
  const nested = nestPaths(rest);
  for (const [key, value] of whole) setKey(nested, key, value);
  return nested;
}

/** The values that are kept whole, and the paths that are not theirs. */
function takeWhole(flat: Flat): { whole: [string, unknown][]; rest: Flat } {
  const marked = Object.keys(flat).filter(isWholeKey);
  if (marked.length === 0) return { whole: [], rest: flat };
  const read = marked.map((mark) => {
    const key = mark.slice(WHOLE.length);
    const value = parseStored(flat[mark]!);
    const own: Record<string, unknown> = {};
    setKey(own, key, value);
    return { key, value, own: flattenMetadata(own) };
  });
  const texts = new Map<string, Set<string>>();
  for (const { own } of read) {
    for (const path of Object.keys(own)) texts.set(path, (texts.get(path) ?? new Set()).add(own[path]!));
  }
  // Flat metadata is put together from several steps key by key: a path that says something else now is newer than the whole value.
  const holds = read.filter(({ own }) =>
    Object.keys(own).every((path) => isWholeKey(path) || texts.get(path)!.has(flat[path] ?? '')),
  );
  const taken = new Set([...marked, ...holds.flatMap(({ own }) => Object.keys(own))]);
  const rest: Flat = {};
  for (const path of Object.keys(flat)) if (!taken.has(path)) rest[path] = flat[path]!;
  return { whole: holds.map(({ key, value }) => [key, readTexts(value, 0)]), rest };
}

/** As the paths would have been read: a text that is JSON stands for its value. Lists stay as they are. */
function readTexts(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return readText(value);
  if (!isObject(value) || depth > MAX_DEPTH) return value;
  const read: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setKey(read, key, readTexts(value[key], depth + 1));
  return read;
}

/**
 * Nests paths. Where a path leads through a plain value (`http.status` and `http.status.text`), all paths with that first key stay keys as
 * they are: what a reader sees must not depend on which neighbours a key has.
 */
function nestPaths(flat: Flat): Record<string, unknown> {
  const groups = new Map<string, string[]>();
  for (const path of Object.keys(flat)) {
    const [head] = path.split('.', 1);
    const group = groups.get(head!);
    if (group) group.push(path);
    else groups.set(head!, [path]);
  }
  const nested: Record<string, unknown> = {};
  for (const [head, paths] of groups) {
    const made = new Set<unknown>();
    const own: Record<string, unknown> = {};
    const left = paths
      .sort((a, b) => a.length - b.length)
      .filter((path) => !place(own, splitPath(path), readText(flat[path]!), made));
    const isContainer = CONTAINER_HEADS.has(head);
    if (left.length === 0 || isContainer) for (const key of Object.keys(own)) setKey(nested, key, own[key]);
    for (const path of left.length > 0 && !isContainer ? paths : left) setKey(nested, path, readText(flat[path]!));
  }
  return nested;
}

function splitPath(path: string): string[] {
  for (const container of CONTAINERS) {
    if (path.startsWith(container)) return [...container.slice(0, -1).split('.'), path.slice(container.length)];
  }
  return path.split('.');
}

/** Puts a value below its keys; false when a value is in the way, or a key is empty. `made` are the objects that were made on the way. */
function place(root: Record<string, unknown>, keys: readonly string[], value: unknown, made: Set<unknown>): boolean {
  if (keys.some((key) => key === '')) return false;
  let at = root;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (next === undefined) {
      const inner: Record<string, unknown> = {};
      made.add(inner);
      setKey(at, key, inner);
      at = inner;
    } else if (made.has(next)) at = next as Record<string, unknown>;
    else return false;
  }
  const last = keys[keys.length - 1]!;
  if (Object.hasOwn(at, last)) return false;
  setKey(at, last, value);
  // Nothing in it yet: what one step left empty another may have filled.
  if (isObject(value) && Object.keys(value).length === 0) made.add(value);
  return true;
}

/** The value of a text that is JSON, else the text itself; so is a number whose digits a double would change. */
function readText(text: string): unknown {
  try {
    const value = parseStored(text);
    return value instanceof ExactNumber ? text : value;
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
