import { isObject, setKey, storedText } from '../../../contract/json/parse.ts';
import { flattenMetadata } from '../../../contract/metadata.ts';

/** A body of the event log, oldest first in lists. */
export type Body = Readonly<Record<string, unknown>>;

const isEmpty = (value: unknown) => isObject(value) && Object.keys(value).length === 0;

/**
 * The last value that was said (contract §2.3): an absent field and an empty object say nothing, an explicit null takes back what was said.
 * @returns undefined when nobody said anything, null when it was taken back
 */
export function lastSaid<Value>(bodies: readonly Body[], key: string): Value | null | undefined {
  for (let i = bodies.length - 1; i >= 0; i--) {
    const value = bodies[i]![key];
    if (value !== undefined && !isEmpty(value)) return value as Value | null;
  }
  return undefined;
}

/** The last text that was said; empty when there is none. */
export const lastText = (bodies: readonly Body[], key: string): string => lastSaid<string>(bodies, key) ?? '';

/** The first text that was said; empty when there is none. For fields that stay what they were first. */
export function firstText(bodies: readonly Body[], key: string): string {
  for (const body of bodies) if (typeof body[key] === 'string' && body[key] !== '') return body[key];
  return '';
}

/**
 * Input or output: the last truthy value (contract §2.3), as text. Only where there is none, the last `false`, `0` or `{}` counts as well,
 * because a tool may well answer so.
 */
export function lastContent(bodies: readonly Body[], key: string): string {
  let weak: unknown;
  for (let i = bodies.length - 1; i >= 0; i--) {
    const value = bodies[i]![key];
    if (value && !isEmpty(value)) return storedText(value);
    if (value !== undefined && value !== null && value !== '') weak ??= value;
  }
  return weak === undefined ? '' : storedText(weak);
}

/** The union of all lists, sorted. */
export function unionOfTexts(bodies: readonly Body[], key: string): string[] {
  const all = new Set<string>();
  for (const body of bodies) if (Array.isArray(body[key])) for (const item of body[key]) all.add(String(item));
  return [...all].sort();
}

/**
 * Metadata merged key by key, objects inside too; a value that is no object is kept under the key `metadata` (contract §2.3).
 * Null says nothing here; a null inside is a value.
 * @returns flat, as rows hold it
 */
export function mergedMetadata(bodies: readonly Body[]): Record<string, string> {
  const merged: Record<string, unknown> = {};
  for (const { metadata } of bodies) {
    if (metadata === undefined || metadata === null) continue;
    mergeInto(merged, isObject(metadata) ? metadata : { metadata });
  }
  return flattenMetadata(merged);
}

/** Objects nested deeper than this are replaced, not merged: the sender's depth must not become our stack's. */
const DEEPEST = 64;

function mergeInto(target: Record<string, unknown>, source: Record<string, unknown>, depth = 0): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isObject(value) && depth < DEEPEST) {
      const inner: Record<string, unknown> = isObject(known) ? known : {};
      setKey(target, key, inner);
      mergeInto(inner, value, depth + 1);
    } else if (value !== undefined) {
      setKey(target, key, value);
    }
  }
}
