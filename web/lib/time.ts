const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in one unit: `now`, `12 s ago`, `5 min ago`, `3 h ago`, `6 d ago`; later than a month as a date. */
export function formatAgo(time: string | number, now: number): string {
  const at = typeof time === 'number' ? time : Date.parse(time);
  const ago = now - at;
  if (ago < -5 * SECOND) return formatTime(at, now);
  if (ago < 5 * SECOND) return 'now';
  if (ago < MINUTE) return `${Math.floor(ago / SECOND)} s ago`;
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)} h ago`;
  if (ago < 30 * DAY) return `${Math.floor(ago / DAY)} d ago`;
  return formatTime(at, now);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');

/** A moment in the reader's zone, to the second: `21 Nov 14:03:07`, with the year when it is another one. */
export function formatTime(time: string | number, now: number = Date.now()): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return String(time);
  const year = at.getFullYear() === new Date(now).getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]}${year} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The name of the reader's zone and its distance from UTC at that moment: `Europe/Zurich, UTC+02:00`. */
export function zoneOf(time: string | number): string {
  const minutes = -new Date(time).getTimezoneOffset();
  const distance = `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${Intl.DateTimeFormat().resolvedOptions().timeZone}, ${distance}`;
}

/** A moment whole: date, milliseconds, zone. What a hover shows: `2026-11-21 14:03:07.120 (Europe/Zurich, UTC+01:00)`. */
export function formatMoment(time: string | number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return String(time);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  return `${date} ${clock} (${zoneOf(time)})`;
}
