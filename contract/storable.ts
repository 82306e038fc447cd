import { z } from 'zod';
import { ExactNumber } from './json/exact-number.ts';

/** Whether the metadata store holds a text as it is: no character NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Whether all texts in a JSON value, keys too, are storable. Does not recurse: the value may be of any depth. */
export function isStorableThroughout(root: unknown): boolean {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && !isStorable(value)) return false;
    if (typeof value !== 'object' || value === null || value instanceof ExactNumber) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) return false;
      waiting.push(inner);
    }
  }
  return true;
}

/** A text of settings. */
export const storable = z.string().refine(isStorable, 'must be valid Unicode without the character NUL');
