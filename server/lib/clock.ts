/** The time, passed in wherever a decision depends on it so that tests can set it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

let lastMicros = 0;

/** Microseconds since the Unix epoch; strictly increasing within the process, so it can order versions of a row. */
export function uniqueMicros(clock: Clock = systemClock): number {
  lastMicros = Math.max(lastMicros + 1, clock.now() * 1000);
  return lastMicros;
}
