import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { JobRow, JobRows } from '../store/metadata/index.ts';
import { type Attempt, LostClaimError, type WorkOptions } from './types.ts';

export interface Worker {
  options: WorkOptions;
  handler: (data: never, attempt: Attempt) => Promise<void>;
  /** Of queues with a schedule: when the next time is, after a moment. */
  next?: ((after: Date) => Date) | undefined;
}

/** How long a claim holds without a sign of life, ms. */
export const LEASE_MS = 60_000;

/** A job that was claimed this often more than it failed ended its process each time, and is not tried again. */
const MAX_LOST_CLAIMS = 5;

/** Key of the one job that a schedule is. */
export const SCHEDULED = 'schedule';

interface Tools {
  rows: JobRows;
  clock: Clock;
  log: Logger;
}

/** Does one claimed job and says in the table what became of it. What fails on the way there is made up for by the end of the lease. */
export async function runJob(job: JobRow, { options, handler, next }: Worker, { rows, clock, log }: Tools): Promise<void> {
  const { queue } = job;
  const leaseEnd = () => new Date(clock.now() + LEASE_MS);
  const attempt: Attempt = {
    attempt: job.failures + 1,
    last: job.failures + 1 >= options.attempts,
    progress: job.progress ?? null,
    async save(progress) {
      if (!(await rows.renew(job, leaseEnd(), progress))) throw new LostClaimError(`The claim on a job of ${queue} was lost.`);
    },
  };
  const again = job.key === SCHEDULED ? next : undefined;
  const lost = job.claims - 1 - job.failures;
  const fail = async (error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    const now = clock.now();
    if (!attempt.last && lost <= MAX_LOST_CLAIMS) {
      const pause = options.backoffSeconds * 2 ** job.failures * 1000;
      await rows.putBack(job, new Date(now + pause), { claims: job.claims, failures: job.failures + 1, error: said });
    } else if (again) await rows.putBack(job, again(new Date(now)), { claims: 0, failures: 0, error: said });
    else await rows.bury(job, new Date(now), said);
  };

  if (lost > MAX_LOST_CLAIMS) return fail(new Error('Given up: every process that took it ended before it was done.'));
  const alive = setInterval(() => {
    rows.renew(job, leaseEnd()).catch((error) => log.warn({ err: error, queue }, 'a lease could not be prolonged'));
  }, LEASE_MS / 3);
  try {
    await handler(job.data as never, attempt);
  } catch (error) {
    log.warn({ err: error, queue, attempt: attempt.attempt }, 'a job failed');
    return await fail(error);
  } finally {
    clearInterval(alive);
  }
  if (again) await rows.putBack(job, again(new Date(clock.now())), { claims: 0, failures: 0, error: null });
  else await rows.finish(job);
}
