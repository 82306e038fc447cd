/** What stands where there is no value. */
export const NOTHING = '–';

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
type Maybe = number | null | undefined;
const missing = (value: Maybe): value is null | undefined => value === null || value === undefined || Number.isNaN(value);

/** Rounds to `digits` decimals and takes trailing zeros off, down to `least` decimals. */
function decimals(value: number, digits: number, least = 0): string {
  const fixed = value.toFixed(digits);
  if (!fixed.includes('.')) return fixed;
  const [whole, fraction = ''] = fixed.split('.');
  const kept = fraction.replace(/0+$/, '').padEnd(least, '0');
  return kept === '' ? whole! : `${whole}.${kept}`;
}

/**
 * Money in USD. Small amounts keep three digits that say something, however small: `$0.000042`; from a dollar on there are cents:
 * `$1,234.50`. Exactly nothing is `$0`.
 */
export function formatCost(usd: Maybe): string {
  if (missing(usd)) return NOTHING;
  if (usd === 0) return '$0';
  const sign = usd < 0 ? '-' : '';
  const amount = Math.abs(usd);
  if (amount >= 0.9995) {
    return `${sign}$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  }
  const digits = Math.min(20, 2 - Math.floor(Math.log10(amount)));
  return `${sign}$${decimals(amount, digits, 2)}`;
}

/** The price of one million units of something that costs `usdPerUnit`, as price lists are read: `$2.50`, `$0.075`. */
export function formatPerMillion(usdPerUnit: Maybe): string {
  if (missing(usdPerUnit)) return NOTHING;
  const million = usdPerUnit * 1e6;
  if (million === 0) return '$0';
  return `$${million >= 1000 ? million.toLocaleString('en-US', { maximumFractionDigits: 2 }) : decimals(million, 6, 2)}`;
}

/** A duration given in ms: `0.42 ms`, `420 ms`, `1.24 s`, `2m 03s`, `1h 05m`, `2d 3h`. */
export function formatDuration(ms: Maybe): string {
  if (missing(ms)) return NOTHING;
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0 ms';
  if (ms < 9.995) return `${decimals(ms, 2)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** A duration given in seconds, as latencies are. */
export const formatSeconds = (seconds: Maybe): string => formatDuration(missing(seconds) ? null : seconds * 1000);

/** A whole number with thousands separated: `12,345`. */
export const formatCount = (value: Maybe): string => (missing(value) ? NOTHING : counts.format(value));

/** A number that must be short: `999`, `1.2k`, `45.1k`, `3.4M`. For token counts and facets; show `formatCount` on hover. */
export function formatCompact(value: Maybe): string {
  if (missing(value)) return NOTHING;
  const amount = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  if (amount < 1000) return sign + decimals(amount, 1);
  for (const [unit, size] of [
    ['k', 1e3],
    ['M', 1e6],
    ['B', 1e9],
  ] as const) {
    // 999,500 would read 1000k.
    if (amount < size * 999.5 || unit === 'B') return `${sign}${decimals(amount / size, amount < size * 99.95 ? 1 : 0)}${unit}`;
  }
  return NOTHING;
}

/** A share between 0 and 1: `0.4 %`, `12 %`. */
export function formatPercent(share: Maybe): string {
  if (missing(share)) return NOTHING;
  const percent = share * 100;
  return `${decimals(percent, Math.abs(percent) < 10 ? 1 : 0)} %`;
}

/** A size: `512 B`, `1.5 KB`, `128 MB`; 1 KB is 1,024 bytes. */
export function formatBytes(bytes: Maybe): string {
  if (missing(bytes)) return NOTHING;
  let value = bytes;
  let unit = 0;
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${decimals(value, value < 99.95 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** A score or another plain number: up to four digits behind the point, none invented. */
export function formatNumber(value: Maybe): string {
  if (missing(value)) return NOTHING;
  if (value !== 0 && Math.abs(value) < 0.0001) return value.toExponential(1);
  return value.toLocaleString('en-US', { maximumFractionDigits: 4 });
}
