import { invalidRequest } from '../lib/errors.ts';

type Key = string | number;

/** Where a page ended: the values of the ordering of its last row, opaque to the caller. `order` guards against another ordering. */
export function writeCursor(order: string, key: readonly Key[]): string {
  return Buffer.from(JSON.stringify([order, ...key])).toString('base64url');
}

/** @throws AppError 400 for a cursor that is not ours, or of another ordering. */
export function readCursor(cursor: string | undefined, order: string, shape: readonly ('string' | 'number')[]): Key[] | null {
  if (cursor === undefined || cursor === '') return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalidRequest('Invalid cursor format');
  }
  if (!Array.isArray(parsed) || parsed[0] !== order || parsed.length !== shape.length + 1) {
    throw invalidRequest('Invalid cursor format');
  }
  const key = parsed.slice(1);
  if (!shape.every((type, i) => typeof key[i] === type)) throw invalidRequest('Invalid cursor format');
  return key as Key[];
}
