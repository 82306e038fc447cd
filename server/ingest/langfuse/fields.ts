import { z } from 'zod';
import { LEVELS } from '../../../contract/observation.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { normaliseEnvironment } from '../dialects/environment.ts';

/** Ids of events, traces, observations, scores: 1..800 characters, no carriage return (contract §0.5). */
export const id = z
  .string()
  .min(1, 'must not be empty')
  .max(800, 'may have at most 800 characters')
  .refine((value) => !value.includes('\r'), 'must not contain a carriage return');

const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)$/;
/** What the stores can hold: from 1970 up to the end of 2099: the engine sorts by hours that it counts up to 2106. */
const EARLIEST = 0;
const LATEST = Date.UTC(2100, 0, 1) * 1000;

/**
 * Reads an ISO-8601 time with `Z` or a numeric offset, to the microsecond.
 * @returns null when it is not one, names a day that does not exist, or lies outside 1970..2099.
 */
export function microsOf(text: string): Micros | null {
  const match = ISO.exec(text);
  if (!match) return null;
  const [, minutes, seconds = '00', fraction = '', zone = 'Z'] = match;
  const wall = Date.parse(`${minutes}:${seconds}Z`);
  // Date.parse rolls 30 February over to March, so what it understood must print as what was written.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(`${minutes}:${seconds}`)) return null;
  const offset = offsetMinutes(zone);
  if (offset === null) return null;
  const micros = (wall - offset * 60_000) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return micros < EARLIEST || micros >= LATEST ? null : micros;
}

function offsetMinutes(zone: string): number | null {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return null;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** Microseconds as ISO-8601 UTC, with milliseconds or, where there are any, microseconds. */
export function isoOf(micros: Micros): string {
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  const rest = micros % 1000;
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** A time of the wire, normalised to UTC. */
export const time = z.string().transform((value, context) => {
  const micros = microsOf(value);
  if (micros !== null) return isoOf(micros);
  context.addIssue({ code: 'custom', message: 'must be an ISO-8601 time with Z or an offset, from 1970 to 2099' });
  return z.NEVER;
});

/** The environment as it is stored (contract §0.5). Absent stays absent so that an update does not move an observation. */
export const environmentOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : normaliseEnvironment(value);

export const environment = z.unknown().transform(environmentOf).optional();

export const text = z.string().nullish();
export const anything = z.unknown().optional();
export const level = z.enum(LEVELS).nullish();
