import type { Attempt, Jobs } from '../../../jobs/index.ts';

export interface ManualJobs extends Pick<Jobs, 'work' | 'send' | 'schedule'> {
  /** What waits: by when it is due, in the order of sending. */
  waiting: { queue: string; data: object; at: number; key: string | undefined }[];
  /** Does everything that is due until nothing is. */
  run(): Promise<void>;
  /** Does a scheduled queue's job now. */
  fire(queue: string): Promise<void>;
  schedules: Map<string, string>;
  /** While set, `send` fails with it. */
  broken: Error | null;
}

const ONLY: Attempt = { attempt: 1, last: true, progress: null, save: async () => {} };

/** Jobs for tests: done when told, by a clock that is set; one waiting job for each key, as with the real ones. */
export function manualJobs(clock: { now(): number }): ManualJobs {
  const workers = new Map<string, (data: never, attempt: Attempt) => Promise<void>>();
  const jobs: ManualJobs = {
    waiting: [],
    schedules: new Map(),
    broken: null,
    work: (queue, _, handler) => void workers.set(queue, handler as never),
    schedule: (queue, cron) => void jobs.schedules.set(queue, cron),
    async send(queue, data, { startAfter, key } = {}) {
      if (jobs.broken) throw jobs.broken;
      if (key !== undefined && jobs.waiting.some((job) => job.queue === queue && job.key === key)) return;
      jobs.waiting.push({ queue, data, at: startAfter?.getTime() ?? 0, key });
    },
    async run() {
      for (;;) {
        const index = jobs.waiting.findIndex(({ at }) => at <= clock.now());
        if (index < 0) return;
        const [job] = jobs.waiting.splice(index, 1);
        await workers.get(job!.queue)!(job!.data as never, ONLY);
      }
    },
    fire: (queue) => workers.get(queue)!({} as never, ONLY),
  };
  return jobs;
}
