import type { Micros } from '../../store/analytics/rows.ts';

const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.(\d+))?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/** An ISO-8601 time as microseconds, digits beyond milliseconds kept. Null when it is none. Without a zone it counts as UTC. */
export function isoToMicros(text: string): Micros | null {
  const match = ISO.exec(text);
  if (!match) return null;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`;
  const millis = Date.parse(zoned.replace(/\.\d+/, ''));
  if (Number.isNaN(millis)) return null;
  const fraction = Number((match[1] ?? '').slice(0, 6).padEnd(6, '0'));
  return millis * 1000 + fraction;
}
