import { useCallback, useSyncExternalStore } from 'react';
import type { z } from 'zod';

const listeners = new Set<() => void>();
const PREFIX = 'telltale:';

function read(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** Keeps a preference in local storage; nothing happens where storage is forbidden or full. */
export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, typeof value === 'string' ? value : JSON.stringify(value));
  } catch {
    // The preference then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

const memory = new Map<string, { text: string | null; value: unknown }>();

/** A preference of this browser, or the fallback when there is none or it no longer fits the schema. The same object while unchanged. */
export function readStored<T>(key: string, schema: z.ZodType<T>, fallback: T): T {
  const text = read(key);
  const known = memory.get(key);
  if (known && known.text === text) return known.value as T;
  let value = fallback;
  if (text !== null) {
    let json: unknown = text;
    try {
      json = JSON.parse(text);
    } catch {
      // Plain texts are kept as they are.
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) value = parsed.data;
  }
  memory.set(key, { text, value });
  return value;
}

/** A preference of this browser as state, shared by all components and tabs: columns, widths, a collapsed sidebar. */
export function useStored<T>(key: string, schema: z.ZodType<T>, fallback: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribe, () => readStored(key, schema, fallback));
  const write = useCallback((next: T) => writeStored(key, next), [key]);
  return [value, write];
}
