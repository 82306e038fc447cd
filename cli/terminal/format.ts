import { formatCount } from '../../contract/format.ts';

/* Numbers are shown as everywhere; times and words as the terminal shows them. */

export { formatCost, formatCount, formatDuration, formatNumber, formatSeconds, NOTHING } from '../../contract/format.ts';

/** `3 items`, `1 item`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

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
