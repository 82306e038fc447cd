const DAY = 24 * 3600 * 1000;

/** The longest retention that can be set, in days: a hundred years are as good as forever. */
export const MAX_RETENTION_DAYS = 36_500;

/**
 * The moment (ms since the epoch) before which a sweep at `now` deletes what a project keeps for `days` days: the beginning of a UTC day,
 * so that facts are kept for that many days at least.
 */
export const retentionBoundary = (now: number, days: number): number => Math.floor((now - days * DAY) / DAY) * DAY;
