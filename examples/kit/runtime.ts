import type { Tracer } from '@opentelemetry/api';
import type { ModelClient } from './model-client.ts';

/** Time as an agent sees it: real, or virtual when weeks of traffic are made in seconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** A version of a prompt as it is kept outside the code. */
export interface Prompt {
  name: string;
  version: number;
  text: string;
}

/** Everything that an agent is given; it reaches for nothing else, so the same agent runs for real and in virtual time. */
export interface Runtime {
  tracer: Tracer;
  clock: Clock;
  /** A number from 0 up to 1. */
  random(): number;
  models: ModelClient;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A clock that moves only when somebody sleeps on it. */
export function virtualClock(start: number): Clock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}
