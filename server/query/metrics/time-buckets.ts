import type { Granularity } from '../../../contract/metrics.ts';
import type { Micros } from '../../store/analytics/rows.ts';

const HOUR: Micros = 3600 * 1e6;
const DAY = 24 * HOUR;
const WIDTHS = { minute: HOUR / 60, hour: HOUR, day: DAY, week: 7 * DAY };
/** The epoch was a Thursday: weeks start on Mondays. */
const FIRST_MONDAY = 4 * DAY;

/** Granularity that fits a range (contract §5.7). */
export function granularityFor(from: Micros, to: Micros): Granularity {
  const hours = (to - from) / HOUR;
  if (hours < 2) return 'minute';
  if (hours < 72) return 'hour';
  if (hours < 1440) return 'day';
  return hours < 8760 ? 'week' : 'month';
}

/** SQL of the start of the bucket, in microseconds, of a time in microseconds. */
export function bucketSql(granularity: Granularity, at: string): string {
  if (granularity === 'month') {
    return `toUnixTimestamp64Micro(toDateTime64(toStartOfMonth(fromUnixTimestamp64Micro(${at}, 'UTC')), 6, 'UTC'))`;
  }
  const origin = granularity === 'week' ? FIRST_MONDAY : 0;
  return `(${at} - positiveModulo(${at} - ${origin}, ${WIDTHS[granularity]}))`;
}

/** Starts of all buckets from that of `from` to the one before that of `to`; undefined when they are more than `most`. */
export function bucketsBetween(granularity: Granularity, from: Micros, to: Micros, most: number): Micros[] | undefined {
  const starts: Micros[] = [];
  const end = startOf(granularity, to);
  for (let at = startOf(granularity, from); at < end; at = next(granularity, at)) {
    if (starts.length === most) return undefined;
    starts.push(at);
  }
  return starts;
}

function startOf(granularity: Granularity, at: Micros): Micros {
  if (granularity === 'month') {
    const date = new Date(Math.floor(at / 1000));
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) * 1000;
  }
  const origin = granularity === 'week' ? FIRST_MONDAY : 0;
  return Math.floor((at - origin) / WIDTHS[granularity]) * WIDTHS[granularity] + origin;
}

function next(granularity: Granularity, start: Micros): Micros {
  if (granularity !== 'month') return start + WIDTHS[granularity];
  const date = new Date(start / 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) * 1000;
}
