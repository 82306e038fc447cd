import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { measureJobs } from './job-metrics.ts';

it('tells of every queue what waits, what was given up and how late the oldest is', async () => {
  const registry = new Registry();
  const states = [
    { queue: 'exports', waiting: 3, dead: 1, oldestDueAt: new Date(2500) },
    { queue: 'idle', waiting: 0, dead: 0, oldestDueAt: null },
  ];
  measureJobs(registry, { states: async () => states }, () => 10_000);
  const lines = (text: string) => text.split('\n').filter((line) => /^\w/.test(line));
  expect(lines(await registry.metrics())).toEqual([
    'telltale_jobs_waiting{queue="exports"} 3',
    'telltale_jobs_waiting{queue="idle"} 0',
    'telltale_jobs_dead{queue="exports"} 1',
    'telltale_jobs_dead{queue="idle"} 0',
    'telltale_jobs_lag_seconds{queue="exports"} 7.5',
    'telltale_jobs_lag_seconds{queue="idle"} 0',
  ]);
  states.length = 0;
  expect(lines(await registry.metrics())).toEqual([]);
});
