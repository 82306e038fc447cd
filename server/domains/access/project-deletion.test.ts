import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createJobs } from '../../jobs/index.ts';
import { createLogger } from '../../lib/log.ts';
import { createJobRows, type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createProjectDeletion } from './project-deletion.ts';

const log = createLogger('silent');
let folder: string;
let metadata: MetadataStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-deletion-'));
  metadata = await openMetadata({ dataDir: folder, log });
  await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true, force: true });
});

it.each(['remove', 'removeLater'] as const)(
  '%s that fails half-way is finished by the queue without a new start',
  async (method) => {
    const { db } = metadata;
    await db.insert(tables.projects).values({ id: method, name: method, organisationId: 'o' });
    let now = Date.parse('2026-03-01T10:00:00.000Z');
    const jobs = createJobs({ rows: createJobRows(db), kind: 'server', log, clock: { now: () => now }, pollMs: 20 });
    const cleared: string[] = [];
    // The one of the call itself, and that of the queue's first attempt.
    let failures = method === 'remove' ? 2 : 1;
    const deletion = createProjectDeletion({
      db,
      forgetKeys: () => {},
      log,
      queue: (projectId) => jobs.send('project-deletion', { projectId }, { key: projectId }),
      clear: async (projectId) => {
        if (failures-- > 0) throw new Error('disk full');
        cleared.push(projectId);
      },
    });
    jobs.work<{ projectId: string }>('project-deletion', { attempts: 10, backoffSeconds: 30 }, ({ projectId }) =>
      deletion.finish(projectId),
    );
    await jobs.begin();
    try {
      const call = deletion[method](method);
      if (method === 'remove') await expect(call).rejects.toThrow('disk full');
      else await call;
      await vi.waitFor(() => expect(failures).toBe(0));
      const [hidden] = await db.select().from(tables.projects);
      expect(hidden).toMatchObject({ id: method, deletedAt: expect.any(Date) });
      await vi.waitFor(async () => expect((await db.select().from(tables.jobs))[0]?.failures).toBeGreaterThan(0));
      now += 3600_000;
      await vi.waitFor(async () => expect(await db.$count(tables.projects)).toBe(0));
      expect(cleared).toEqual([method]);
      await vi.waitFor(async () => expect(await db.$count(tables.jobs)).toBe(0));
    } finally {
      await jobs.drain?.();
    }
  },
);
