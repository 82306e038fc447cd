import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../lib/log.ts';
import { createJobRows, type MetadataStore, openMetadata } from '../store/metadata/index.ts';
import { createJobs, type Jobs } from './index.ts';

const log = createLogger('silent');

describe('jobs', () => {
  let folder: string;
  let metadata: MetadataStore;
  const open: Jobs[] = [];

  const start = () => {
    const jobs = createJobs({ rows: createJobRows(metadata.db), kind: 'server', log, pollMs: 500 });
    open.push(jobs);
    return jobs;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'telltale-jobs-'));
    metadata = await openMetadata({ dataDir: folder, log });
  });
  afterEach(async () => {
    for (const jobs of open.splice(0)) await jobs.drain?.();
  });
  afterAll(async () => {
    await metadata.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('hands a job to its worker, with what was sent', async () => {
    const jobs = start();
    const seen: unknown[] = [];
    jobs.work('letters', { attempts: 1, backoffSeconds: 1 }, async (data) => void seen.push(data));
    await jobs.begin();
    await jobs.send('letters', { to: 'Ada', lines: ['a', '"b"'] });
    await vi.waitFor(() => expect(seen).toEqual([{ to: 'Ada', lines: ['a', '"b"'] }]), { timeout: 5000 });
  });

  it('waits with sending until it has begun', async () => {
    const jobs = start();
    const seen: unknown[] = [];
    jobs.work('early', { attempts: 1, backoffSeconds: 1 }, async (data) => void seen.push(data));
    const sent = jobs.send('early', { n: 1 });
    await jobs.begin();
    await sent;
    await vi.waitFor(() => expect(seen).toEqual([{ n: 1 }]), { timeout: 5000 });
  });

  it('calls again after a failure, as often as it was told, and says which call is the last', async () => {
    const jobs = start();
    const calls: unknown[] = [];
    jobs.work('failing', { attempts: 3, backoffSeconds: 1 }, async (_, attempt) => {
      calls.push({ attempt: attempt.attempt, last: attempt.last });
      throw new Error('no');
    });
    await jobs.begin();
    await jobs.send('failing', {});
    await vi.waitFor(() => expect(calls).toHaveLength(3), { timeout: 20_000, interval: 100 });
    expect(calls).toEqual([
      { attempt: 1, last: false },
      { attempt: 2, last: false },
      { attempt: 3, last: true },
    ]);
  }, 25_000);

  it('keeps one waiting job for a key, and all that have none', async () => {
    const jobs = start();
    const seen: { n: number }[] = [];
    const gate = Promise.withResolvers<void>();
    jobs.work('keyed', { attempts: 1, backoffSeconds: 1 }, async (data: { n: number }) => {
      seen.push(data);
      await gate.promise;
    });
    await jobs.begin();
    await jobs.send('keyed', { n: 0 });
    await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 5000 });
    await jobs.send('keyed', { n: 1 }, { key: 'a' });
    await jobs.send('keyed', { n: 2 }, { key: 'a' });
    await jobs.send('keyed', { n: 3 });
    await jobs.send('keyed', { n: 4 });
    gate.resolve();
    await vi.waitFor(() => expect(seen.map(({ n }) => n).sort()).toEqual([0, 1, 3, 4]), { timeout: 10_000 });
  }, 15_000);

  it('keeps what waits over a restart', async () => {
    const first = start();
    first.work('kept', { attempts: 1, backoffSeconds: 1 }, async () => {});
    await first.begin();
    await first.send('kept', { n: 7 }, { startAfter: new Date(Date.now() + 1500) });
    await first.drain?.();
    const second = start();
    const seen: unknown[] = [];
    second.work('kept', { attempts: 1, backoffSeconds: 1 }, async (data) => void seen.push(data));
    await second.begin();
    await vi.waitFor(() => expect(seen).toEqual([{ n: 7 }]), { timeout: 10_000 });
  }, 15_000);

  it('refuses a queue that is declared twice or too late', async () => {
    const jobs = start();
    jobs.work('once', { attempts: 1, backoffSeconds: 1 }, async () => {});
    expect(() => jobs.work('once', { attempts: 1, backoffSeconds: 1 }, async () => {})).toThrow('Queue once is declared twice.');
    await jobs.begin();
    expect(() => jobs.work('late', { attempts: 1, backoffSeconds: 1 }, async () => {})).toThrow('after the beginning');
  });
});
