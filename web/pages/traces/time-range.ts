/** Ranges that end now, by their short name in URLs; `all` has no bounds. */
export const PRESETS = ['15m', '1h', '6h', '24h', '7d', '30d', '90d', 'all'] as const;
export type Preset = (typeof PRESETS)[number];
export const DEFAULT_PRESET: Preset = '7d';

export const PRESET_LABELS: Readonly<Record<Preset, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  all: 'All time',
};

const MINUTE = 60_000;
const LENGTHS: Readonly<Record<Exclude<Preset, 'all'>, number>> = {
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '6h': 360 * MINUTE,
  '24h': 1_440 * MINUTE,
  '7d': 7 * 1_440 * MINUTE,
  '30d': 30 * 1_440 * MINUTE,
  '90d': 90 * 1_440 * MINUTE,
};

export interface TimeChoice {
  readonly range?: Preset;
  readonly from?: string;
  readonly to?: string;
}

/** Bounds as the API takes them. A custom `from` or `to` wins over a preset; a preset has no end, so that new rows are inside. */
export function boundsOf(choice: TimeChoice, now: number): { from?: string; to?: string } {
  if (choice.from || choice.to) return { ...(choice.from ? { from: choice.from } : {}), ...(choice.to ? { to: choice.to } : {}) };
  const preset = choice.range ?? DEFAULT_PRESET;
  if (preset === 'all') return {};
  return { from: new Date(now - LENGTHS[preset]).toISOString() };
}

/** Whether rows of the present can be inside. */
export function reachesNow(choice: TimeChoice, now: number): boolean {
  return !choice.to || Date.parse(choice.to) > now;
}

/**
 * Times of a brushed stretch of the histogram: whole buckets, at least one.
 * @param times starts of the buckets, ms, ascending
 * @param step width of a bucket, ms
 */
export function brushed(
  times: readonly number[],
  step: number,
  first: number,
  last: number,
): { from: string; to: string } | null {
  const low = Math.max(0, Math.min(first, last));
  const high = Math.min(times.length - 1, Math.max(first, last));
  const from = times[low];
  const to = times[high];
  if (from === undefined || to === undefined || high < low) return null;
  return { from: new Date(from).toISOString(), to: new Date(to + step).toISOString() };
}

/** A time as the value of an `<input type="datetime-local">`, in the zone of the browser. */
export function toLocalInput(iso: string | undefined): string {
  if (!iso || Number.isNaN(Date.parse(iso))) return '';
  const date = new Date(iso);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** The other way; undefined when the input is empty or no time. */
export function fromLocalInput(value: string): string | undefined {
  const time = value ? new Date(value).getTime() : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
