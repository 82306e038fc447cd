import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createRetention } from './retention.ts';

const log = createLogger('silent');
const clock = { now: () => Date.parse('2026-05-20T03:17:00.000Z') };
let folder: string;
let store: MetadataStore;
let asked: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-retention-'));
  store = await openMetadata({ dataDir: folder, log });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  const project = (id: string, retentionDays: number | null, deletedAt: Date | null = null) => ({
    id,
    name: id,
    organisationId: 'o',
    retentionDays,
    deletedAt,
  });
  await store.db
    .insert(tables.projects)
    .values([project('one', 1), project('month', 30), project('forever', null), project('gone', 1, new Date())]);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  asked = {};
});

it('asks for the days that each project does not keep any longer, and leaves the others alone', async () => {
  const deleteBefore = async (id: string, before: Date) => {
    asked[id] = before.toISOString();
  };
  await createRetention({ db: store.db, clock, log, deleteBefore }).sweep();
  expect(asked).toEqual({ one: '2026-05-19T00:00:00.000Z', month: '2026-04-20T00:00:00.000Z' });
});

it('goes on when one project fails, and fails in the end so that it is tried again', async () => {
  const deleteBefore = async (id: string, before: Date) => {
    if (id === 'month') throw new Error('disk full');
    asked[id] = before.toISOString();
  };
  await expect(createRetention({ db: store.db, clock, log, deleteBefore }).sweep()).rejects.toThrow('disk full');
  expect(Object.keys(asked)).toEqual(['one']);
});
