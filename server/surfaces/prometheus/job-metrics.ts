import { Gauge, type Registry } from 'prom-client';
import type { Jobs } from '../../jobs/index.ts';
import type { QueueState } from '../../store/metadata/index.ts';

/** How the queues of work in the background stand, asked for when the metrics are read. */
export function measureJobs(registry: Registry, jobs: Pick<Jobs, 'states'>, now: () => number): void {
  const gauge = (name: string, help: string, read: (state: QueueState) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['queue'] as const,
      registers: [registry],
      // Each asks for itself: metrics are collected side by side, and one that is filled by another may have been read already.
      async collect() {
        const states = await jobs.states();
        this.reset();
        for (const state of states) this.set({ queue: state.queue }, read(state));
      },
    });
  gauge('telltale_jobs_waiting', 'Jobs that wait or run, by queue', ({ waiting }) => waiting);
  gauge('telltale_jobs_dead', 'Jobs given up after their last attempt, by queue; kept for 30 days', ({ dead }) => dead);
  gauge('telltale_jobs_lag_seconds', 'How long the oldest job that is due has waited, by queue', ({ oldestDueAt }) =>
    oldestDueAt === null ? 0 : Math.max(0, now() - oldestDueAt.getTime()) / 1000,
  );
}
