import { AppError } from '../../lib/errors.ts';

/** Bytes of requests that are being read or worked on. */
export interface IntakeBudget {
  /** Takes bytes for one request as they arrive. @throws AppError 429 when too much is in flight */
  open(): { take(bytes: number): void; release(): void };
  readonly bytes: number;
}

/**
 * Bounds the memory that all requests together hold before the write buffer counts them: many large bodies at once are turned away
 * with 429 instead of filling the heap. One request alone always fits (its own limit is the body limit).
 */
export function createIntakeBudget(limit: number): IntakeBudget {
  let inFlight = 0;
  return {
    get bytes() {
      return inFlight;
    },
    open() {
      let held = 0;
      return {
        take(bytes) {
          if (inFlight > held && inFlight + bytes > limit) {
            throw new AppError(429, 'TooManyRequestsError', 'Too much is being sent at once. Try again shortly.', {
              retryAfter: 1,
            });
          }
          held += bytes;
          inFlight += bytes;
        },
        release() {
          inFlight -= held;
          held = 0;
        },
      };
    },
  };
}
