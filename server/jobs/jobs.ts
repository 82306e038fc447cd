import { CronExpressionParser } from 'cron-parser';
import { type Clock, systemClock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Logger } from '../lib/log.ts';
import type { JobRows } from '../store/metadata/index.ts';
import { follow } from './follow.ts';
import { LEASE_MS, runJob, SCHEDULED, type Worker } from './run-job.ts';
import type { Jobs } from './types.ts';

/** What other processes send is found by looking, this often at the latest, ms; what this one sends, at once. */
const POLL_MS = { embedded: 60_000, server: 5_000 };

/** A look that found nothing although something was due (somebody else is taking it) is repeated after this, ms. */
const SHORTEST_WAIT_MS = 50;

const DRAIN_LIMIT_MS = 10_000;
const KEEP_DEAD_MS = 30 * 24 * 3600 * 1000;

interface JobsOptions {
  rows: JobRows;
  /** Whether this process is the only one on the database. */
  kind: 'embedded' | 'server';
  log: Logger;
  clock?: Clock;
  /** Instead of the usual pause between looks. */
  pollMs?: number;
}

export function createJobs({ rows, kind, log, clock = systemClock, pollMs = POLL_MS[kind] }: JobsOptions): Jobs {
  const workers = new Map<string, Worker>();
  const running = new Map<string, Set<Promise<void>>>();
  let begun: Promise<void> | undefined;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  const busy = (queue: string) => running.get(queue)?.size ?? 0;
  const freeQueues = () =>
    [...workers]
      .map(([queue, { options }]) => ({ queue, slots: (options.concurrency ?? 1) - busy(queue) }))
      .filter(({ slots }) => slots > 0);

  /** Takes what is due and sleeps until the next is. Never two of these at once. */
  function wake(): void {
    if (!begun || stopping) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    clearTimeout(timer);
    looking = look()
      .catch((error) => {
        log.error({ err: error }, 'the jobs could not be looked at');
        return pollMs;
      })
      .then((pause) => {
        looking = undefined;
        if (stopping) return;
        if (lookAgain) {
          lookAgain = false;
          wake();
        } else timer = setTimeout(wake, pause);
      });
  }

  async function look(): Promise<number> {
    const free = freeQueues();
    if (free.length === 0) return pollMs;
    const now = clock.now();
    const claimed = await rows.claim(free, new Date(now), new Date(now + LEASE_MS));
    for (const job of claimed) {
      const work = runJob(job, workers.get(job.queue)!, { rows, clock, log })
        .catch((error) => log.warn({ err: error, queue: job.queue }, 'the end of a job could not be noted; it is done again'))
        .finally(() => {
          running.get(job.queue)!.delete(work);
          wake();
        });
      running.get(job.queue)!.add(work);
    }
    const next = await rows.nextDue(freeQueues().map(({ queue }) => queue));
    return next === null ? pollMs : Math.min(pollMs, Math.max(SHORTEST_WAIT_MS, next.getTime() - clock.now()));
  }

  async function begin(): Promise<void> {
    const now = new Date(clock.now());
    if (kind === 'embedded') await rows.releaseAll(now);
    await rows.prune(new Date(now.getTime() - KEEP_DEAD_MS));
    for (const [queue, { next }] of workers) {
      if (!next) continue;
      await rows.ensure({ queue, key: SCHEDULED, dueAt: next(now) });
      // The version before may have had another schedule.
      await rows.hasten(queue, SCHEDULED, next(now));
    }
  }

  const declare = (queue: string, worker: Worker) => {
    if (begun) throw new Error(`Queue ${queue} is declared after the beginning.`);
    if (workers.has(queue)) throw new Error(`Queue ${queue} is declared twice.`);
    workers.set(queue, worker);
    running.set(queue, new Set());
  };

  return {
    name: 'jobs',
    work: (queue, options, handler) => declare(queue, { options, handler }),
    schedule(queue, cron) {
      workers.get(queue)!.next = timesOf(cron);
    },
    consume(queue, consumer) {
      const options = { attempts: 5, backoffSeconds: 30 };
      declare(queue, { options, next: timesOf(consumer.cron), handler: (_, attempt) => follow(consumer, attempt, clock) });
    },
    async send(queue, data, { startAfter, key } = {}) {
      const added = await rows.add({ queue, key: key ?? newId(), data, dueAt: startAfter ?? new Date(clock.now()) });
      if (added) wake();
    },
    begin() {
      begun ??= begin();
      void begun.then(wake, () => {});
      return begun;
    },
    states: () => rows.states(new Date(clock.now())),
    /** Running jobs are finished, within a limit; what waits is kept for the next start. */
    async drain() {
      stopping = true;
      clearTimeout(timer);
      await begun?.catch(() => {});
      await looking;
      const late = Promise.withResolvers<void>();
      const patience = setTimeout(late.resolve, DRAIN_LIMIT_MS);
      await Promise.race([Promise.all([...running.values()].flatMap((work) => [...work])), late.promise]);
      clearTimeout(patience);
    },
  };
}

/** @throws Error for what is no cron expression */
function timesOf(cron: string): (after: Date) => Date {
  const after = (currentDate: Date) => CronExpressionParser.parse(cron, { currentDate, tz: 'UTC' }).next().toDate();
  after(new Date(0));
  return after;
}
