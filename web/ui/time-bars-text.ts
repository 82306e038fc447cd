const DAY = 86_400_000;
const MINUTE = 60_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');

const day = (at: Date) => `${at.getDate()} ${MONTHS[at.getMonth()]}`;
const clock = (at: Date, seconds: boolean) =>
  `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`;

/** A bucket's start on the axis: the day when the axis spans days, the time when it spans less. In the zone of the browser. */
export function formatTick(time: number, step: number, buckets: number): string {
  const at = new Date(time);
  const whole = step * buckets;
  if (whole > 4 * DAY) return day(at);
  if (whole > DAY) return `${day(at)} ${clock(at, false)}`;
  return clock(at, step < MINUTE);
}

/** From when to when a bucket goes, with the zone: `21 Nov 14:00 – 15:00 UTC+01:00`. */
export function formatBucket(time: number, step: number): string {
  const from = new Date(time);
  const to = new Date(time + step);
  const seconds = step < MINUTE;
  const offset = -from.getTimezoneOffset();
  const zone = `UTC${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const sameDay = from.toDateString() === to.toDateString();
  return `${day(from)} ${clock(from, seconds)} – ${sameDay ? '' : `${day(to)} `}${clock(to, seconds)} ${zone}`;
}
