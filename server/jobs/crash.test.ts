import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../lib/log.ts';
import { createJobRows, type JobRows, type MetadataStore, openMetadata, tables } from '../store/metadata/index.ts';
import { createJobs, type Jobs } from './index.ts';

const log = createLogger('silent');
let folder: string;
let metadata: MetadataStore;
let rows: JobRows;
/** Set forward by tests: leases and pauses are over when it says so. */
let now = 0;
const clock = { now: () => now };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-crash-'));
  metadata = await openMetadata({ dataDir: folder, log });
  rows = createJobRows(metadata.db);
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await metadata.db.delete(tables.jobs);
  now = Date.parse('2026-03-01T10:00:30.000Z');
});

/** A process: its own poller on the shared table. */
const processOn = (given: JobRows) => createJobs({ rows: given, kind: 'server', log, clock, pollMs: 20 });
const left = () => metadata.db.select().from(tables.jobs);
const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 5000, interval: 10 });

/** The table as a process sees it that loses its power at its n-th statement, before or after it took effect; then it is dead. */
function losingPower(at: number, after: boolean): { rows: JobRows; isDead(): boolean } {
  let calls = 0;
  let dead = false;
  const lose = (): never => {
    dead = true;
    throw new Error('no power');
  };
  const failing = Object.fromEntries(
    Object.entries(rows).map(([name, method]) => [
      name,
      async (...given: unknown[]) => {
        if (dead || (!after && calls === at)) lose();
        calls += 1;
        const result = await (method as (...given: unknown[]) => Promise<unknown>)(...given);
        return after && calls > at ? lose() : result;
      },
    ]),
  );
  return { rows: failing as unknown as JobRows, isDead: () => dead };
}

describe('a process that dies', () => {
  it.each([...Array(12).keys()].flatMap((at) => [false, true].map((after) => ({ at, after }))))(
    'at its statement $at (after it: $after) leaves nothing undone and nothing behind',
    async ({ at, after }) => {
      for (const n of [1, 2, 3]) {
        await rows.add({ queue: 'steps', key: `${n}`, data: { n }, dueAt: new Date(now - 10 + n) });
      }
      const done: number[] = [];
      const declare = (jobs: Jobs, isDead: () => boolean) =>
        jobs.work<{ n: number }>('steps', { attempts: 1, backoffSeconds: 1 }, async ({ n }, { progress, save }) => {
          // Two halves: the first is not done again once it was saved.
          if (progress === null) await save({ half: true });
          if (!isDead()) done.push(n);
        });
      const power = losingPower(at, after);
      const first = processOn(power.rows);
      declare(first, power.isDead);
      await first.begin().catch(() => {});
      await until(async () => expect(power.isDead() || (await left()).length === 0).toBe(true));
      await first.drain?.();

      now += 61_000;
      const second = processOn(rows);
      declare(second, () => false);
      await second.begin();
      await until(async () => expect(await left()).toEqual([]));
      await second.drain?.();
      // At least once each, and in order when repetitions are left out.
      expect([...new Set(done)]).toEqual([1, 2, 3]);
      expect(done.length).toBeLessThanOrEqual(4);
    },
  );

  it('each time it takes a job does not take others along for ever: the job is a dead letter', async () => {
    await rows.add({ queue: 'poison', key: 'a', data: {}, dueAt: new Date(now) });
    for (let life = 0; life < 6; life += 1) {
      expect(await rows.claim([{ queue: 'poison', slots: 1 }], new Date(now), new Date(now + 60_000))).toHaveLength(1);
      now += 61_000;
    }
    const jobs = processOn(rows);
    const seen = vi.fn(async () => {});
    jobs.work('poison', { attempts: 3, backoffSeconds: 1 }, seen);
    await jobs.begin();
    await until(async () => expect((await jobs.states())[0]).toMatchObject({ waiting: 0, dead: 1, oldestDueAt: null }));
    await jobs.drain?.();
    expect(seen).not.toHaveBeenCalled();
    expect((await left())[0]!.error).toBe('Given up: every process that took it ended before it was done.');
  });
});

describe('two processes', () => {
  it('share the jobs: each is done by one of them, once', async () => {
    const done: number[] = [];
    const pair = [processOn(rows), processOn(rows)];
    for (const jobs of pair) {
      jobs.work<{ n: number }>('shared', { attempts: 1, backoffSeconds: 1, concurrency: 2 }, async ({ n }) => void done.push(n));
      await jobs.begin();
    }
    await Promise.all(Array.from({ length: 40 }, (_, n) => pair[n % 2]!.send('shared', { n })));
    await until(async () => expect(await left()).toEqual([]));
    for (const jobs of pair) await jobs.drain?.();
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  it('cannot finish or save what the other has taken over', async () => {
    await rows.add({ queue: 'slow', key: 'a', data: {}, dueAt: new Date(now) });
    const slots = [{ queue: 'slow', slots: 1 }];
    const [mine] = await rows.claim(slots, new Date(now), new Date(now + 60_000));
    expect(await rows.claim(slots, new Date(now + 59_000), new Date(now + 119_000))).toEqual([]);
    const [theirs] = await rows.claim(slots, new Date(now + 60_000), new Date(now + 120_000));
    expect(theirs).toMatchObject({ id: mine!.id, claims: 2, failures: 0 });
    expect(await rows.renew(mine!, new Date(now + 1), { at: 1 })).toBe(false);
    expect(await rows.finish(mine!)).toBe(false);
    expect(await rows.putBack(mine!, new Date(now), { claims: 0, failures: 0, error: null })).toBe(false);
    expect(await rows.bury(mine!, new Date(now), 'x')).toBe(false);
    expect(await rows.finish(theirs!)).toBe(true);
  });

  it('have one job for a schedule, at its next time; a new version may have it sooner', async () => {
    const scheduled = async (cron: string) => {
      const jobs = processOn(rows);
      jobs.work('nightly', { attempts: 1, backoffSeconds: 1 }, async () => {});
      jobs.schedule('nightly', cron);
      await jobs.begin();
      await jobs.drain?.();
      return (await left()).map(({ dueAt }) => dueAt.toISOString());
    };
    expect(await scheduled('17 3 * * *')).toEqual(['2026-03-02T03:17:00.000Z']);
    expect(await scheduled('17 3 * * *')).toEqual(['2026-03-02T03:17:00.000Z']);
    expect(await scheduled('* * * * *')).toEqual(['2026-03-01T10:01:00.000Z']);
  });

  it('have one job for a schedule also when one began while the other did it, with the progress of that', async () => {
    await rows.ensure({ queue: 'tail', key: 'schedule', dueAt: new Date(now) });
    const [running] = await rows.claim([{ queue: 'tail', slots: 1 }], new Date(now), new Date(now + 60_000));
    await rows.renew(running!, new Date(now + 60_000), { watermark: 7 });
    const jobs = processOn(rows);
    jobs.work('tail', { attempts: 1, backoffSeconds: 1 }, async () => {});
    jobs.schedule('tail', '* * * * *');
    await jobs.begin();
    expect(await left()).toHaveLength(1);
    expect(await rows.putBack(running!, new Date(now + 30_000), { claims: 0, failures: 0, error: null })).toBe(true);
    await jobs.drain?.();
    expect(await left()).toMatchObject([{ id: running!.id, progress: { watermark: 7 }, claims: 0 }]);
  });
});

describe('a failure', () => {
  it('is repeated with doubled pauses, then a dead letter with its error; a schedule goes on', async () => {
    const jobs = processOn(rows);
    const calls: number[] = [];
    jobs.work('failing', { attempts: 3, backoffSeconds: 10 }, async (_, { attempt }) => {
      calls.push(attempt);
      throw new Error('no luck');
    });
    jobs.work('nightly', { attempts: 1, backoffSeconds: 1 }, async () => {
      throw new Error('not tonight');
    });
    jobs.schedule('nightly', '* * * * *');
    await jobs.begin();
    await jobs.send('failing', { n: 1 });
    const one = async (queue: string) => (await left()).find((row) => row.queue === queue)!;
    for (const [count, pause] of [
      [1, 10],
      [2, 20],
    ] as const) {
      await until(async () => expect((await one('failing')).failures).toBe(count));
      expect((await one('failing')).dueAt.getTime() - now).toBe(pause * 1000);
      now += pause * 1000;
    }
    await until(async () => expect(await one('failing')).toMatchObject({ error: 'no luck', diedAt: new Date(now), owner: null }));
    await until(async () => expect((await one('nightly')).error).toBe('not tonight'));
    expect(await one('nightly')).toMatchObject({ claims: 0, failures: 0, diedAt: null });
    expect((await one('nightly')).dueAt.getTime()).toBeGreaterThan(now);
    expect(calls).toEqual([1, 2, 3]);
    await jobs.drain?.();
  });

  it('shows as lag: how long the oldest due job has waited', async () => {
    await rows.add({ queue: 'late', key: 'a', data: {}, dueAt: new Date(now - 5000) });
    await rows.add({ queue: 'late', key: 'b', data: {}, dueAt: new Date(now + 5000) });
    expect(await rows.states(new Date(now))).toEqual([{ queue: 'late', waiting: 2, dead: 0, oldestDueAt: new Date(now - 5000) }]);
  });
});

describe('a consumer', () => {
  /** What is written: item n at the version 1,000 n µs after the beginning. */
  const begun = Date.parse('2026-03-01T10:00:00.000Z') * 1000;
  const reader = async (after: number, to: number, limit: number) => {
    const versions = Array.from({ length: 10 }, (_, n) => begun + n * 1000).filter((v) => v > after && v <= to);
    const items = versions.slice(0, limit);
    return { items, reached: versions.length > limit ? items.at(-1)! : to };
  };
  const following = (jobs: Jobs, batches: number[][], fail: () => boolean = () => false) =>
    jobs.consume<number>('tail', {
      cron: '* * * * *',
      settleMs: 10_000,
      batch: 4,
      from: begun - 1,
      read: reader,
      handle: async (items) => {
        batches.push(items.map((v) => (v - begun) / 1000));
        if (fail()) throw new Error('no');
      },
    });

  it('goes through all that is settled in batches, in order, and goes on where it stopped after a failure', async () => {
    const batches: number[][] = [];
    const jobs = processOn(rows);
    let failures = 1;
    following(jobs, batches, () => batches.length === 2 && failures-- > 0);
    await jobs.begin();
    now += 30_000;
    await until(() => expect(batches).toHaveLength(2));
    await until(async () => expect((await left())[0]!.failures).toBe(1));
    now += 30_000;
    await until(() => expect(batches).toHaveLength(4));
    expect(batches).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    await until(async () =>
      expect((await left())[0]).toMatchObject({ progress: { watermark: (now - 10_000) * 1000 }, claims: 0 }),
    );
    await jobs.drain?.();
  });

  it('sees nothing that is not settled yet', async () => {
    now = begun / 1000 + 10_004;
    await rows.add({ queue: 'tail', key: 'schedule', data: {}, dueAt: new Date(now) });
    const batches: number[][] = [];
    const jobs = processOn(rows);
    following(jobs, batches);
    await jobs.begin();
    await until(() => expect(batches).toEqual([[0, 1, 2, 3], [4]]));
    await jobs.drain?.();
  });
});
