import { invalidRequest } from '../../lib/errors.ts';

/** A cursor that is a place in a list which is counted anew for every page: opaque to callers, as all cursors are. */
export const writePlace = (place: number): string => Buffer.from(JSON.stringify({ v: 1, place })).toString('base64url');

/** How far the cursors go. */
const MOST = 10_000;

/** @throws AppError 400 */
export function readPlace(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  try {
    const { v, place } = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as { v: unknown; place: unknown };
    if (v === 1 && typeof place === 'number' && Number.isInteger(place) && place > 0 && place <= MOST) return place;
  } catch {
    // Not one of ours: said below.
  }
  throw invalidRequest('Invalid cursor format');
}
