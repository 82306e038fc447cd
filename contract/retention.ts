const DAY = 24 * 3600 * 1000;

/** The longest retention that can be set, in days: a hundred years are as good as forever. */
export const MAX_RETENTION_DAYS = 36_500;

/**
 * The moment (ms since the epoch) before which a sweep at `now` deletes what a project keeps for `days` days: the beginning of a UTC day,
 * so that facts are kept for that many days at least.
 */
export const retentionBoundary = (now: number, days: number): number => Math.floor((now - days * DAY) / DAY) * DAY;

/** When the sweep runs every day, in UTC: at night, and not at the full hour, when everything else happens. */
const SWEEP = { hour: 3, minute: 17 };

export const RETENTION_CRON = `${SWEEP.minute} ${SWEEP.hour} * * *`;

/** The moment (ms since the epoch) of the first sweep after `now`. */
export function nextRetentionSweep(now: number): number {
  const today = Math.floor(now / DAY) * DAY + (SWEEP.hour * 60 + SWEEP.minute) * 60_000;
  return today > now ? today : today + DAY;
}
