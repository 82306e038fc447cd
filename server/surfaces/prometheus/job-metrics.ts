import { Gauge, type Registry } from 'prom-client';
import type { Jobs } from '../../jobs/index.ts';

/** How the queues of work in the background stand, asked for when the metrics are read. */
export function measureJobs(registry: Registry, jobs: Pick<Jobs, 'states'>, now: () => number): void {
  const labelNames = ['queue'] as const;
  const waiting = new Gauge({
    name: 'telltale_jobs_waiting',
    help: 'Jobs that wait or run, by queue',
    labelNames,
    registers: [registry],
  });
  const dead = new Gauge({
    name: 'telltale_jobs_dead',
    help: 'Jobs given up after their last attempt, by queue; kept for 30 days',
    labelNames,
    registers: [registry],
  });
  new Gauge({
    name: 'telltale_jobs_lag_seconds',
    help: 'How long the oldest job that is due has waited, by queue',
    labelNames,
    registers: [registry],
    async collect() {
      for (const gauge of [this, waiting, dead]) gauge.reset();
      for (const state of await jobs.states()) {
        const { queue } = state;
        waiting.set({ queue }, state.waiting);
        dead.set({ queue }, state.dead);
        this.set({ queue }, state.oldestDueAt === null ? 0 : Math.max(0, now() - state.oldestDueAt.getTime()) / 1000);
      }
    },
  });
}
