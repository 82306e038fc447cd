import type { Part } from '../lib/lifetime.ts';
import type { QueueState } from '../store/metadata/index.ts';

/**
 * Work that outlives a request: rows of one table of the metadata store (`store/metadata/job-rows.ts`), done by whichever process takes
 * them, at least once. One poller serves all queues.
 *
 * - **At least once**: what a process held when it died is taken again when the lease is over, so a handler must bear a repetition.
 * - **Claims** are leases of a minute that are prolonged while the handler runs. Who lost a claim cannot finish it.
 * - **Failures** are repeated with growing pauses; after the last one the job is a dead letter, kept for 30 days with its error.
 * - **Order**: of what is due, a queue takes first what was sent first; what waits for a repetition is passed by the others.
 * - **Progress**: what a handler saves is given to the next attempt.
 */
export interface Jobs extends Part {
  /**
   * Declares a queue and who does its jobs. A handler that throws is called again after a pause of `backoffSeconds`, doubled each time,
   * until it has been called `attempts` times.
   */
  work<Data extends object>(queue: string, options: WorkOptions, handler: (data: Data, attempt: Attempt) => Promise<void>): void;
  /** Puts a job into a queue. When it returns, the job is kept. `key`: while such a job waits, another of the same key is not added. */
  send(queue: string, data: object, options?: { startAfter?: Date; key?: string }): Promise<void>;
  /** Does an empty job of `queue` at the times of `cron` (five fields, UTC), once among all processes. */
  schedule(queue: string, cron: string): void;
  /** Declares who follows what is written; see `Consumer`. */
  consume<Item>(queue: string, consumer: Consumer<Item>): void;
  /** Starts to take jobs. Resolves when the schedules are there. */
  begin(): Promise<void>;
  /** How the queues stand. */
  states(): Promise<QueueState[]>;
}

export interface WorkOptions {
  /** Calls of the handler that may fail, at least 1. */
  attempts: number;
  /** Before the second attempt, s. */
  backoffSeconds: number;
  /** Jobs of this queue at once in this process; 1 unless told. */
  concurrency?: number;
}

export interface Attempt {
  /** 1 for the first call. */
  attempt: number;
  /** Whether a failure now is final. */
  last: boolean;
  /** What an earlier attempt saved; null when nothing. */
  progress: unknown;
  /** Keeps how far the work has come. @throws LostClaimError when somebody else has taken the job: break off */
  save(progress: unknown): Promise<void>;
}

/**
 * One that follows what is written, in batches, from a watermark (µs of the row version) to as late as is settled. The watermark moves
 * when a batch was handled, so a batch is handled at least once; what it does must bear a repetition.
 */
export interface Consumer<Item> {
  /** When to look, five fields, UTC. */
  cron: string;
  /** Nothing is looked at before it is this old, ms: late parts may still come. */
  settleMs: number;
  batch: number;
  /** Where a consumer begins that has never run, µs; now (less the time of settling) unless told. */
  from?: number;
  /** The next items written after `after` and up to `until`, oldest first. `reached`: how far these go; `until` when there are no more. */
  read(after: number, until: number, limit: number): Promise<{ items: Item[]; reached: number }>;
  handle(items: Item[]): Promise<void>;
}

/** Somebody else has taken the job, because this process seemed dead. */
export class LostClaimError extends Error {}
