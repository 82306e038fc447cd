/* Numbers and times as the terminal shows them. */

/** What stands where there is no value. */
export const NOTHING = '–';
type Maybe = number | null | undefined;
const missing = (value: Maybe): value is null | undefined => value === null || value === undefined || Number.isNaN(value);

/** Money in USD: cents from a dollar on, three digits that say something below: `$0.00042`. */
export function formatCost(usd: Maybe): string {
  if (missing(usd)) return NOTHING;
  if (usd === 0) return '$0';
  if (Math.abs(usd) >= 0.9995) return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  return `$${usd.toLocaleString('en-US', { maximumSignificantDigits: 3 })}`;
}

/** A duration in ms: `0.4 ms`, `420 ms`, `1.24 s`, `2m 03s`, `1h 05m`. */
export function formatDuration(ms: Maybe): string {
  if (missing(ms)) return NOTHING;
  if (ms < 9.95) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

export const formatSeconds = (seconds: Maybe): string => formatDuration(missing(seconds) ? null : seconds * 1000);

export const formatCount = (value: Maybe): string => (missing(value) ? NOTHING : value.toLocaleString('en-US'));

/** `3 items`, `1 item`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** A score: up to four digits behind the point. */
export const formatNumber = (value: Maybe): string =>
  missing(value) ? NOTHING : value.toLocaleString('en-US', { maximumFractionDigits: 4 });

const two = (value: number) => String(value).padStart(2, '0');
/** In the zone of the machine: `2026-03-04 05:06:07`. */
export function formatTime(time: string | number | Date): string {
  const at = new Date(time);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
/** Time of day only: `05:06:07`. */
export const formatClock = (time: string): string => formatTime(time).slice(11);
/** A time in a list: without the year when it is this one. */
export function formatMoment(time: string): string {
  const text = formatTime(time);
  return text.startsWith(`${new Date().getFullYear()}-`) ? text.slice(5) : text;
}
