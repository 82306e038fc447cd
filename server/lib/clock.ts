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

/**
 * Everything that `uniqueMicros` gives from here on is later than this. A store that holds versions says so when it is opened, or what is
 * written after the machine's clock was put back would lose against what was there.
 */
export function startAfter(micros: number): void {
  lastMicros = Math.max(lastMicros, micros);
}
