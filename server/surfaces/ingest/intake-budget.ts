import { AppError } from '../../lib/errors.ts';

/** One request's share of the budget, from its headers to its answer. */
export interface Held {
  /** Takes bytes as they arrive. @throws AppError 429 when too much is in flight */
  take(bytes: number): void;
  /**
   * Waits for its turn to be decoded, masked and priced: few at a time, in the order in which they came, so that the first is answered
   * before the last is begun. @throws AppError 429 too long a queue; 499 the client went while it waited
   */
  turn(signal?: AbortSignal): Promise<void>;
  /** Its work is done, what is left is to be written: the next has its turn. */
  done(): void;
  release(): void;
}

/** Requests that are being read or worked on: their bytes, and the time that they are going to take. */
export interface IntakeBudget {
  /**
   * @param announced size of the body, where it is known
   * @throws AppError 429 at once when what is ahead of it would take too long
   */
  open(announced?: number): Held;
  readonly bytes: number;
}

export interface IntakeOptions {
  /** Requests that are worked on at a time. */
  turns?: number;
  /** Longest time that the work ahead of an accepted request may take, ms. */
  longestWait?: number;
  /** Bytes a second that are worked off, until it has been measured. */
  firstRate?: number;
  now?: () => number;
}

/** Requests that are let in beside those at work whatever was measured, so that a bad measurement mends itself. */
const ALWAYS = 2;
/** The rate is taken over this time at least, ms. */
const SAMPLE = 250;
/** Weight of the newest sample. */
const NEWEST = 0.4;

/**
 * Bounds what all requests together hold before the write buffer counts them, in bytes and in work. What cannot be answered in time is
 * turned away with 429 when its headers are read, instead of filling the heap and being answered when nobody waits any more.
 *
 * Work is measured and not guessed: bytes that were worked off in a second while others waited. A body whose tokens have to be counted
 * costs many times one that brings its usage; the rate follows what is sent. One request alone always fits (its own limit is the body limit).
 */
export function createIntakeBudget(limit: number, options: IntakeOptions = {}): IntakeBudget {
  const { turns = 4, longestWait = 4_000, firstRate = 6_000_000, now = () => performance.now() } = options;
  let inFlight = 0;
  let ahead = 0;
  let requests = 0;
  const pace = createPace(firstRate, now);
  const line = createLine(turns, pace);

  const refuse = (message: string, seconds: number): never => {
    throw new AppError(429, 'TooManyRequestsError', `${message} Try again shortly.`, {
      retryAfter: Math.max(1, Math.ceil(seconds)),
    });
  };
  const checkWait = (own: number, longest: number) => {
    const wait = ((ahead - own) / pace.rate()) * 1000;
    if (requests >= turns + ALWAYS && wait > longest)
      refuse('More is being sent than can be stored.', (wait - longest / 2) / 1000);
  };

  return {
    get bytes() {
      return inFlight;
    },
    open(announced = 0) {
      checkWait(0, longestWait);
      let held = 0;
      let counted = announced;
      let place: { leave(bytes: number): void } | undefined;
      let open = true;
      ahead += counted;
      requests++;
      const finish = (worked: number) => {
        if (!open) return;
        open = false;
        ahead -= counted;
        requests--;
        place?.leave(worked);
      };
      return {
        take(bytes) {
          if (inFlight > held && inFlight + bytes > limit) refuse('Too much is being sent at once.', 1);
          held += bytes;
          inFlight += bytes;
          // Compressed bodies are larger than they said.
          if (held > counted) {
            ahead += held - counted;
            counted = held;
          }
        },
        async turn(signal) {
          checkWait(counted, 2 * longestWait);
          place = await line.enter(signal);
        },
        done: () => finish(held),
        release() {
          finish(0);
          inFlight -= held;
          held = 0;
        },
      };
    },
  };
}

/** The client hung up: nobody waits for the answer. */
export const clientGone = (): AppError =>
  new AppError(499, 'ClientClosedRequest', 'The client closed the connection before it was answered.');

/** How fast work is done while some of it waits. */
function createPace(firstRate: number, now: () => number) {
  let rate = firstRate;
  /** Beginning of the stretch that is being measured; undefined while nobody waits. */
  let since: number | undefined;
  let elapsed = 0;
  let bytes = 0;
  return {
    rate: () => rate,
    /** Told whenever the line changes. */
    saturated(busy: boolean) {
      if (busy) since ??= now();
      else if (since !== undefined) {
        elapsed += now() - since;
        since = undefined;
      }
    },
    worked(done: number) {
      if (since === undefined) return;
      bytes += done;
      elapsed += now() - since;
      since = now();
      if (elapsed < SAMPLE) return;
      rate = Math.max(1, (1 - NEWEST) * rate + NEWEST * ((bytes / elapsed) * 1000));
      elapsed = 0;
      bytes = 0;
    },
  };
}

/** First come, first served, so many at a time. Who leaves the line before its turn leaves no gap. */
function createLine(turns: number, pace: ReturnType<typeof createPace>) {
  let free = turns;
  const waiting: (() => void)[] = [];
  const measure = () => pace.saturated(free === 0 && waiting.length > 0);

  const leave = (bytes: number) => {
    pace.worked(bytes);
    const next = waiting.shift();
    if (next) next();
    else free++;
    measure();
  };

  return {
    async enter(signal?: AbortSignal): Promise<{ leave(bytes: number): void }> {
      if (signal?.aborted) throw clientGone();
      if (free > 0) free--;
      else {
        await new Promise<void>((resolve, reject) => {
          const begin = () => {
            signal?.removeEventListener('abort', quit);
            resolve();
          };
          const quit = () => {
            waiting.splice(waiting.indexOf(begin), 1);
            measure();
            reject(clientGone());
          };
          signal?.addEventListener('abort', quit, { once: true });
          waiting.push(begin);
          measure();
        });
      }
      return { leave };
    },
  };
}
