import { TOO_DEEP } from './decoded.ts';

/** JSON text of anything, never throwing: what is nested too deep for the engine or refers to itself becomes a mark. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return JSON.stringify(TOO_DEEP);
  }
}
