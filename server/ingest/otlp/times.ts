import { ExactNumber } from '../../../contract/json/exact-number.ts';
import type { Micros } from '../../store/analytics/rows.ts';

/** Beyond this (the end of 2299) a time cannot be stored. */
const LATEST: Micros = Date.UTC(2299, 11, 31) * 1000;

const possible = (micros: number): Micros | null => (micros > 0 && micros < LATEST ? micros : null);

/**
 * Nanoseconds in two 32-bit halves as whole microseconds, exactly: 2^32 = 4294967 × 1000 + 296, so nothing is rounded on the way.
 * Null for 0 (unknown) and times that cannot be stored.
 */
export function nanosToMicros(high: number, low: number): Micros | null {
  return possible(high * 4294967 + Math.floor((high * 296 + low) / 1000));
}

/** Reads `…UnixNano` of OTLP/JSON: decimal text, number, or `{high, low}` (contract §3.2). Null when absent or senseless. */
export function readJsonNanos(value: unknown): Micros | null {
  if (typeof value === 'string') {
    if (!/^\d{1,20}$/.test(value)) return readJsonNanos(value.trim() === '' ? Number.NaN : Number(value));
    return value.length > 3 ? possible(Number(value.slice(0, -3))) : null;
  }
  if (value instanceof ExactNumber) return readJsonNanos(value.text);
  if (typeof value === 'number') return possible(Math.round(value / 1000));
  if (typeof value === 'object' && value !== null) {
    const { high, low } = value as { high?: unknown; low?: unknown };
    if (typeof high === 'number' && typeof low === 'number') return nanosToMicros(high >>> 0, low >>> 0);
  }
  return null;
}
