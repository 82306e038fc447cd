import { Worker } from 'node:worker_threads';
import { guessTokens, inputTexts, outputText } from './message-texts.ts';
import type { ModelTokenizer } from './model.ts';

export interface CountJob {
  tokenizer: ModelTokenizer;
  modelName: string;
  input: string;
  output: string;
}

export interface Counts {
  input: number;
  output: number;
}

/** What goes to the counting thread, and comes back. */
export interface CountRequest {
  id: number;
  jobs: readonly CountJob[];
}
export interface CountReply {
  id: number;
  counts: Counts[];
  failed?: string;
}

/** Counts tokens of texts that told none. */
export interface Estimator {
  /** One answer for each job, in their order. Never rejects, and never waits for more than `MOST_WAITING` to be counted. */
  estimate(jobs: readonly CountJob[]): Promise<Counts[]>;
  /** Ends the thread; who waits for it gets a guess, and the next estimate starts another. */
  stop(): Promise<void>;
}

/**
 * Characters that may wait for the thread: about a second's work. What comes beyond it is guessed from its length at once, so that intake
 * never waits for counting: an estimate is an estimate.
 */
const MOST_WAITING = 1_000_000;
/** Of one step, more than this is guessed: parsing it would cost more than the tokens are worth. */
const MOST_OF_A_STEP = 256 * 1024;
const PATIENCE = 5_000;
/** The vocabularies are a hundred megabytes: a thread without work for so long is ended, ms. */
const IDLE = 60_000;

const sizeOf = ({ input, output }: CountJob): number => input.length + output.length;

/** Texts longer than this are not even looked into when they are guessed. */
const MOST_LOOKED_INTO = 16_384;

/** The estimate without a vocabulary. */
export function guess({ input, output }: CountJob): Counts {
  if (input.length + output.length > MOST_LOOKED_INTO) return { input: guessTokens(input), output: guessTokens(output) };
  const { chat, messages } = inputTexts(input);
  const perMessage = chat ? 4 : 0;
  return {
    input: messages.reduce((sum, { text }) => sum + guessTokens(text) + perMessage, 0),
    output: guessTokens(outputText(output)),
  };
}

/** Beside this file when run from source, beside the bundle when built (scripts/build.mjs). */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './count-worker.ts' : './count-worker.js', import.meta.url);

interface Waiting {
  jobs: readonly CountJob[];
  size: number;
  done(counts: Counts[]): void;
}

/** @param patience longest that an answer of the thread is waited for, ms: it may be loading, have been starved, or have died */
export function createEstimator({ patience = PATIENCE } = {}): Estimator {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last = 0;
  let waitingSize = 0;
  const waiting = new Map<number, Waiting>();

  const settle = (id: number, counts: Counts[] | undefined) => {
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    waitingSize -= one.size;
    one.done(counts && counts.length === one.jobs.length ? counts : one.jobs.map(guess));
    if (waiting.size === 0) idle = setTimeout(() => void end(), IDLE).unref();
  };

  const end = async () => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    for (const id of [...waiting.keys()]) settle(id, undefined);
    clearTimeout(idle);
    await ending?.terminate();
  };

  const thread = (): Worker => {
    if (worker) return worker;
    const started = new Worker(WORKER, { name: 'token-counter', resourceLimits: { maxOldGenerationSizeMb: 512 } });
    started.unref();
    started.on('message', ({ id, counts, failed }: CountReply) => settle(id, failed === undefined ? counts : undefined));
    const gone = () => {
      if (worker === started) void end();
    };
    started.on('error', gone);
    started.on('exit', gone);
    worker = started;
    return started;
  };

  const count = (jobs: readonly CountJob[], size: number): Promise<Counts[]> =>
    new Promise((resolve) => {
      const id = ++last;
      const timer = setTimeout(() => settle(id, undefined), patience);
      waiting.set(id, {
        jobs,
        size,
        done: (counts) => {
          clearTimeout(timer);
          resolve(counts);
        },
      });
      waitingSize += size;
      clearTimeout(idle);
      thread().postMessage({ id, jobs } satisfies CountRequest);
    });

  return {
    async estimate(jobs) {
      const counted: CountJob[] = [];
      let size = 0;
      const places = jobs.map((job) => {
        const own = sizeOf(job);
        if (own > MOST_OF_A_STEP || waitingSize + size + own > MOST_WAITING) return -1;
        size += own;
        return counted.push(job) - 1;
      });
      const exact = counted.length > 0 ? await count(counted, size) : [];
      const answers: Counts[] = [];
      let slice = performance.now();
      for (const [at, place] of places.entries()) {
        answers.push(place === -1 ? guess(jobs[at]!) : exact[place]!);
        if (performance.now() - slice < SLICE) continue;
        await new Promise(setImmediate);
        slice = performance.now();
      }
      return answers;
    },
    stop: end,
  };
}

/** Guessing is put aside after this many ms, so that others are served between. */
const SLICE = 8;
