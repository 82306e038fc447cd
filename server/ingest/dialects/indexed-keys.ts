import type { Attributes } from '../otlp/decoded.ts';
import { isObject } from './span.ts';

/** Keys that would reach an object's prototype. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Array slots made per prefix at most; attributes that would need more are dropped (contract §3.5). */
const MAX_SLOTS = 10_001;

const INDEX = /^\d{1,9}$/;

type Node = unknown[] | Record<string, unknown>;

/**
 * Rebuilds what was flattened into attribute keys: below `prefix`, numeric segments are places in an array, all others keys of an
 * object. `gen_ai.prompt.0.content` with the prefix `gen_ai.prompt.` gives `[{content}]`. An empty object when no key has the prefix.
 */
export function rebuildIndexed(attributes: Attributes, prefix: string): Node {
  let root: Node | undefined;
  let slots = 0;
  for (const [key, value] of attributes) {
    if (!key.startsWith(prefix)) continue;
    const path = key.slice(prefix.length).split('.');
    if (path.some((segment) => segment === '' || FORBIDDEN_KEYS.has(segment))) continue;
    const needed = slotsNeeded(root, path);
    if (slots + needed > MAX_SLOTS) continue;
    slots += needed;
    root ??= nodeFor(path[0]!);
    place(root, path, value);
  }
  return root ?? {};
}

const nodeFor = (segment: string): Node => (INDEX.test(segment) ? [] : {});

const isNode = (value: unknown): value is Node => Array.isArray(value) || isObject(value);

const own = (node: Node, segment: string): unknown =>
  Array.isArray(node) ? node[Number(segment)] : Object.hasOwn(node, segment) ? node[segment] : undefined;

/** How many array slots the path adds to the tree. */
function slotsNeeded(root: Node | undefined, path: readonly string[]): number {
  let needed = 0;
  let at: unknown = root;
  for (const segment of path) {
    if (Array.isArray(at) ? INDEX.test(segment) : !isNode(at) && INDEX.test(segment)) {
      needed += Math.max(0, Number(segment) + 1 - (Array.isArray(at) ? at.length : 0));
    }
    at = isNode(at) ? own(at, segment) : undefined;
  }
  return needed;
}

function place(root: Node, path: readonly string[], value: unknown): void {
  let at: Node = root;
  for (let i = 0; i < path.length; i++) {
    const segment = path[i]!;
    if (Array.isArray(at) && !INDEX.test(segment)) return;
    if (i === path.length - 1) {
      set(at, segment, value);
      return;
    }
    const next = own(at, segment);
    if (isNode(next)) at = next;
    else {
      const made = nodeFor(path[i + 1]!);
      set(at, segment, made);
      at = made;
    }
  }
}

function set(node: Node, segment: string, value: unknown): void {
  if (Array.isArray(node)) {
    const index = Number(segment);
    while (node.length < index) node.push(null);
    node[index] = value;
  } else node[segment] = value;
}
