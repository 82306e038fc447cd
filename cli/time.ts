import { usageError } from './cli-error.ts';

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const AGO = /^(\d+(?:\.\d+)?)(s|m|h|d|w)(?:\s*ago)?$/i;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A moment as people type it: `2h` (that long ago; s, m, h, d, w), `now`, `today`, `yesterday`, a date, or a date with a time. Without an
 * offset it is meant in the zone of this machine.
 * @throws CliError for anything else, with the name of the option
 */
export function parseTime(text: string, option: string, now: number): Date {
  const given = text.trim();
  const ago = AGO.exec(given);
  if (ago) return new Date(now - Number(ago[1]) * UNIT_MS[ago[2]!.toLowerCase()]!);
  const word = given.toLowerCase();
  if (word === 'now') return new Date(now);
  if (word === 'today' || word === 'yesterday') {
    const day = new Date(now);
    day.setHours(0, 0, 0, 0);
    if (word === 'yesterday') day.setDate(day.getDate() - 1);
    return day;
  }
  const date = parseDate(given);
  if (date) return date;
  throw usageError(`${option} ${text}: not a time. Write 30m, 2h, 7d, today, 2026-03-01 or 2026-03-01T14:30:00Z.`);
}

function parseDate(text: string): Date | undefined {
  const found = DATE.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Math.trunc(Number(found[7] ?? 0) * 1000);
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // 31 February would silently be a day in March.
  const same = new Date(utc);
  if (same.getUTCMonth() !== month - 1 || same.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = found[8];
  if (offset === undefined) return new Date(year, month - 1, day, hour, minute, second, ms);
  if (offset.toUpperCase() === 'Z') return new Date(utc);
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)/.exec(offset)!;
  return new Date(utc - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000);
}
