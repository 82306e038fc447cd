import { PgBoss } from 'pg-boss';
import { newId } from '../lib/ids.ts';
import type { Part } from '../lib/lifetime.ts';
import type { Logger } from '../lib/log.ts';
import type { QueueDatabase } from '../store/metadata/index.ts';

/**
 * Work that outlives a request: kept in the metadata store (pg-boss), done by whichever process takes it, at least once.
 *
 * - **At least once**: a job whose process died is taken again after its time is over, so a handler must bear a repetition.
 * - **Register first** (`work`, `schedule`), then `begin`; `send` waits for the beginning.
 * - **Order** is not promised; neither is more than one process at a time kept from working on different jobs of a queue.
 */
export interface Jobs extends Part {
  /**
   * Declares a queue and who does its jobs. A handler that throws is called again after a pause of `backoffSeconds`, doubled each time,
   * until it has been called `attempts` times.
   */
  work<Data extends object>(queue: string, options: WorkOptions, handler: (data: Data, attempt: Attempt) => Promise<void>): void;
  /** Puts a job into a queue. When it returns, the job is kept. `key`: while such a job waits, another of the same key is not added. */
  send(queue: string, data: object, options?: { startAfter?: Date; key?: string }): Promise<void>;
  /** Sends an empty job to `queue` at the times of `cron` (five fields, UTC), once among all processes. */
  schedule(queue: string, cron: string): void;
  /** Starts to take jobs. Resolves when the queues are there. */
  begin(): Promise<void>;
}

export interface WorkOptions {
  /** Calls of the handler in all, at least 1. */
  attempts: number;
  /** Before the second attempt, s. */
  backoffSeconds: number;
  /** Jobs of this queue at once in this process; 1 unless told. */
  concurrency?: number;
  /** After this many seconds a running job counts as lost; 15 minutes unless told. */
  expireSeconds?: number;
}

export interface Attempt {
  /** 1 for the first call. */
  attempt: number;
  /** Whether a failure now is final. */
  last: boolean;
}

/** New jobs are announced; this is for those whose time came (retries, schedules), s. Each look costs an idle process about 2 ms. */
const POLL_SECONDS = 5;

interface Worker {
  options: WorkOptions;
  handler: (data: never, attempt: Attempt) => Promise<void>;
}

export function createJobs({
  database,
  log,
  pollSeconds = POLL_SECONDS,
}: {
  database: QueueDatabase;
  log: Logger;
  pollSeconds?: number;
}): Jobs {
  const shared = {
    schema: 'telltale_jobs',
    useListenNotify: true,
    // Seconds between looks at the clock for schedules, and between cleanings.
    cronWorkerIntervalSeconds: 30,
    cronMonitorIntervalSeconds: 30,
    superviseIntervalSeconds: 300,
  };
  const boss = new PgBoss(
    database.kind === 'embedded'
      ? { ...shared, backend: 'pglite', db: database.db as never }
      : { ...shared, connectionString: database.connectionString, max: 3, application_name: 'telltale-jobs' },
  );
  boss.on('error', (error) => log.error({ err: error }, 'the job queue failed'));
  const workers = new Map<string, Worker>();
  const schedules = new Map<string, string>();
  let begun: Promise<void> | undefined;
  const started = Promise.withResolvers<void>();
  // Nobody may wait for it: a failed start is reported by `begin`.
  started.promise.catch(() => {});

  async function begin(): Promise<void> {
    await boss.start();
    for (const [queue, { options, handler }] of workers) {
      const settings = {
        retryLimit: options.attempts - 1,
        retryDelay: options.backoffSeconds,
        retryBackoff: true,
        expireInSeconds: options.expireSeconds ?? 900,
        notify: true,
      };
      // At most one waiting job for each key; a job without a key gets one of its own.
      await boss.createQueue(queue, { ...settings, policy: 'short' });
      await boss.updateQueue(queue, settings);
      await boss.work(
        queue,
        {
          includeMetadata: true,
          pollingIntervalSeconds: pollSeconds,
          notifyPollingIntervalSeconds: pollSeconds,
          localConcurrency: options.concurrency ?? 1,
        },
        async ([job]) => {
          if (!job) return;
          try {
            await handler(job.data as never, { attempt: job.retryCount + 1, last: job.retryCount >= job.retryLimit });
          } catch (error) {
            log.warn({ err: error, queue, attempt: job.retryCount + 1 }, 'a job failed');
            throw error;
          }
        },
      );
    }
    for (const [queue, cron] of schedules) await boss.schedule(queue, cron);
  }

  return {
    name: 'jobs',
    work(queue, options, handler) {
      if (begun) throw new Error(`Queue ${queue} is declared after the beginning.`);
      if (workers.has(queue)) throw new Error(`Queue ${queue} is declared twice.`);
      workers.set(queue, { options, handler });
    },
    schedule(queue, cron) {
      schedules.set(queue, cron);
    },
    async send(queue, data, options = {}) {
      await started.promise;
      await boss.send(queue, data, {
        ...(options.startAfter ? { startAfter: options.startAfter } : {}),
        singletonKey: options.key ?? newId(),
      });
    },
    begin() {
      begun ??= begin().then(started.resolve, (error) => {
        started.reject(error);
        throw error;
      });
      return begun;
    },
    /** Running jobs are finished, within a limit; what waits is kept for the next start. */
    async drain() {
      if (!begun) return;
      await begun.catch(() => {});
      await boss.stop({ graceful: true, timeout: 10_000, close: database.kind === 'server' });
    },
  };
}
