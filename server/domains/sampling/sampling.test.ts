import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SamplingSettings } from '../../../contract/sampling.ts';
import { createLogger } from '../../lib/log.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { emptyObservation, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createFindReferred } from './find-referred.ts';
import { createSampling, type Sampling } from './sampling.ts';

const NOW = Date.parse('2026-05-04T12:00:00Z');
const clock = { at: NOW, now: () => clock.at };
const MINUTE = 60_000;
let dataDir: string;
let metadata: MetadataStore;
let facts: Awaited<ReturnType<typeof openTestStore>>;
let sampling: Sampling;
let project = '';
let counter = 0;
/** Traces that the sweep deleted, in order. */
const deleted: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'telltale-sampling-'));
  metadata = await openMetadata({ dataDir, log: createLogger('silent') });
  await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  facts = await openTestStore();
  sampling = createSampling({
    ...{ db: metadata.db, clock, log: createLogger('silent'), reader: facts.store },
    findReferred: createFindReferred(metadata.db),
    deleteTraces: async (projectId, traceIds) => {
      deleted.push(...traceIds);
      await facts.store.deleteTraces(projectId, traceIds);
    },
  });
});
afterAll(async () => {
  await facts.close();
  await metadata.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  clock.at = NOW;
  deleted.length = 0;
  project = `p${++counter}`;
  await metadata.db.insert(tables.projects).values({ id: project, organisationId: 'o', name: project });
});

/** A trace of one step, written now. */
const write = (id: string, change: Partial<ObservationRow> = {}) => {
  const start = (clock.now() - 10_000) * 1000;
  const row = {
    ...emptyObservation(project, id, `${id}-step`),
    type: 'SPAN' as const,
    name: 'chat',
    start_time: start,
    end_time: start + 1e6,
  };
  const now = clock.now() * 1000;
  return facts.store.insert({ observations: [{ ...row, api_key: 'pk-1', created_at: now, row_version: now, ...change }] });
};
/** A person's judgement on a trace. */
const byPerson = (traceId: string): ScoreRow => ({
  ...{
    project_id: project,
    id: 's',
    timestamp: clock.now() * 1000,
    name: 'good',
    data_type: 'NUMERIC',
    source: 'ANNOTATION',
    value: 1,
  },
  ...{ string_value: '', comment: '', metadata: {}, trace_id: traceId, observation_id: '', session_id: '', dataset_run_id: '' },
  ...{
    execution_trace_id: '',
    config_id: '',
    queue_id: '',
    author_user_id: 'u1',
    environment: 'default',
    via: 'page',
    api_key: '',
  },
  ...{ created_at: 1, updated_at: 1, row_version: 1, is_deleted: 0 },
});
const there = async () =>
  (
    await facts.store.query<{ id: string }>(
      'SELECT DISTINCT trace_id AS id FROM observations WHERE project_id = {p:String} ORDER BY id',
      { p: project },
    )
  ).map(({ id }) => id);
const settings = (change: Partial<SamplingSettings> = {}): SamplingSettings => ({
  enabled: true,
  rules: [],
  rest: 0,
  settleSeconds: 300,
  ...change,
});
const userFilter = (value: string) => ({
  kind: 'filter' as const,
  filter: [{ type: 'stringOptions' as const, column: 'userId', operator: 'any of' as const, value: [value] }],
});

it('drops what no rule keeps once it has settled, and nothing that was there before the rules', async () => {
  await write('before');
  clock.at += MINUTE;
  const rules: SamplingSettings['rules'] = [
    { name: 'errors', match: { kind: 'errors' }, keep: 1 },
    { name: 'ada', match: userFilter('ada'), keep: 1 },
  ];
  expect(await sampling.put(project, settings({ rules }), 'u1')).toMatchObject({ version: 1, changedBy: 'u1', rest: 0 });
  clock.at += MINUTE;
  await write('plain');
  await write('failed', { level: 'ERROR' });
  await write('of-ada', { user_id: 'ada' });
  await sampling.sweep();
  expect(await there()).toEqual(['before', 'failed', 'of-ada', 'plain']);
  clock.at += 4 * MINUTE;
  // News of a trace begin its time anew.
  await write('late', {});
  await write('late', { id: 'second', level: 'DEFAULT' });
  clock.at += 2 * MINUTE;
  await sampling.sweep();
  expect(await there()).toEqual(['before', 'failed', 'late', 'of-ada']);
  clock.at += 10 * MINUTE;
  await sampling.sweep();
  expect(await there()).toEqual(['before', 'failed', 'of-ada']);
  await sampling.sweep();
  expect(deleted).toEqual(['plain', 'late']);
  expect(await sampling.counts(project)).toEqual([
    { day: '2026-05-04', rule: 'ada', publicKey: 'pk-1', kept: 1, dropped: 0 },
    { day: '2026-05-04', rule: 'errors', publicKey: 'pk-1', kept: 1, dropped: 0 },
    { day: '2026-05-04', rule: 'rest', publicKey: 'pk-1', kept: 0, dropped: 2 },
  ]);
});

it('lets what was there before the rules stay, also when it is written to later', async () => {
  await sampling.put(project, settings({ enabled: false }), 'u1');
  await write('before');
  clock.at += MINUTE;
  await sampling.put(project, settings({ rest: 1 }), 'u1');
  clock.at += MINUTE;
  await write('after');
  await sampling.put(project, settings(), 'u1');
  // A tag of today, and a late step.
  await write('before', { id: 'before', type: 'TRACE', tags: ['seen'], edited: ['tags'] });
  await write('before', { id: 'late step' });
  clock.at += 10 * MINUTE;
  await sampling.sweep();
  expect(deleted).toEqual(['after']);
});

it('never drops what somebody needs', async () => {
  await sampling.put(project, settings(), 'u1');
  const { db } = metadata;
  clock.at += MINUTE;
  for (const id of ['plain', 'commented', 'step-commented', 'queued', 'in-dataset', 'in-run', 'scored']) await write(id);
  await write('bookmarked', { bookmarked: true });
  await write('shared', { public: true });
  await write('tagged by hand', { edited: ['tags'] });
  await write('of-experiment', { experiment_id: 'e' });
  await write('of-queued-session', { session_id: 'conversation' });
  const comment = (id: string, objectType: 'TRACE' | 'OBSERVATION', objectId: string) => ({
    id: `${project}-${id}`,
    projectId: project,
    objectType,
    objectId,
    content: 'x',
  });
  await db
    .insert(tables.comments)
    .values([comment('a', 'TRACE', 'commented'), comment('b', 'OBSERVATION', 'step-commented-step')]);
  const queueId = `${project}-queue`;
  await db.insert(tables.annotationQueues).values({ id: queueId, projectId: project, name: 'q', scoreConfigIds: [] });
  await db.insert(tables.annotationItems).values([
    { id: `${project}-1`, queueId, objectId: 'queued', objectType: 'TRACE', status: 'PENDING' },
    { id: `${project}-2`, queueId, objectId: 'conversation', objectType: 'SESSION', status: 'PENDING' },
  ]);
  const datasetId = `${project}-dataset`;
  const at = new Date(clock.now());
  await db.insert(tables.datasets).values({ id: datasetId, projectId: project, name: 'd' });
  await db.insert(tables.datasetItemVersions).values({
    projectId: project,
    id: 'i',
    datasetId,
    validFrom: at,
    status: 'ACTIVE',
    input: 1,
    sourceTraceId: 'in-dataset',
    createdAt: at,
  });
  await db.insert(tables.datasetRuns).values({ id: `${project}-run`, projectId: project, datasetId, name: 'r' });
  await db.insert(tables.datasetRunItems).values({
    id: `${project}-ri`,
    projectId: project,
    runId: `${project}-run`,
    datasetItemId: 'i',
    traceId: 'in-run',
    startedAt: at,
  });
  await facts.store.insert({ scores: [byPerson('scored')] });
  clock.at += 10 * MINUTE;
  await sampling.sweep();
  expect(deleted).toEqual(['plain']);
});

it('waits longer for a trace whose root has not come', async () => {
  await sampling.put(project, settings({ rules: [{ name: 'errors', match: { kind: 'errors' }, keep: 1 }] }), 'u1');
  clock.at += MINUTE;
  await write('root-comes', { parent_id: 'root' });
  await write('root-never-comes', { parent_id: 'elsewhere' });
  clock.at += 30 * MINUTE;
  await sampling.sweep();
  expect(deleted).toEqual([]);
  await write('root-comes', { id: 'root', level: 'ERROR' });
  clock.at += 36 * MINUTE;
  await sampling.sweep();
  expect(deleted).toEqual(['root-never-comes']);
  expect(await there()).toEqual(['root-comes']);
});

it('finds the slow ones of each name by the last day', async () => {
  await sampling.put(project, settings({ rules: [{ name: 'slow', match: { kind: 'slow', percentile: 95 }, keep: 1 }] }), 'u1');
  clock.at += MINUTE;
  const start = (clock.now() - 100_000) * 1000;
  for (let i = 1; i <= 40; i++) await write(`t${String(i).padStart(2, '0')}`, { start_time: start, end_time: start + i * 1e6 });
  await write('seldom', { name: 'yearly report' });
  clock.at += 10 * MINUTE;
  await sampling.sweep();
  // Linear between ranks: the 95th percentile of 1 to 40 is 38.05 (Hyndman and Fan 1996, type 7).
  expect(await there()).toEqual(['seldom', 't39', 't40']);
});

it('previews the last day without deleting', async () => {
  clock.at -= 25 * 60 * MINUTE;
  await write('of yesterday');
  clock.at = NOW;
  await write('a', { input: 'x'.repeat(100), total_cost: 0.25 });
  await write('b', { level: 'ERROR' });
  const asked = settings({ rules: [{ name: 'errors', match: { kind: 'errors' }, keep: 1 }] });
  clock.at += MINUTE;
  const preview = await sampling.preview(project, asked);
  expect(preview).toMatchObject({ looked: 2, total: 2, kept: 1, dropped: 1, droppedObservations: 1, droppedCost: 0.25 });
  expect(preview.droppedBytes).toBeGreaterThanOrEqual(100);
  expect(preview.byRule).toEqual([
    { rule: 'errors', kept: 1, dropped: 0 },
    { rule: 'rest', kept: 0, dropped: 1 },
  ]);
  expect(await there()).toHaveLength(3);
  expect(await sampling.get(project)).toMatchObject({ version: 0, enabled: false });
});

it('keeps every change on record, and what comes while it is off stays', async () => {
  await sampling.put(project, settings(), 'u1');
  await sampling.put(project, settings({ enabled: false }), 'u2');
  clock.at += MINUTE;
  await write('while off');
  clock.at += 10 * MINUTE;
  await sampling.sweep();
  await sampling.put(project, settings(), 'u3');
  clock.at += 10 * MINUTE;
  await sampling.sweep();
  expect(deleted).toEqual([]);
  const { data, totalCount } = await sampling.changes(project, 1, 2);
  expect(totalCount).toBe(3);
  expect(data.map(({ version, changedBy, enabled }) => [version, changedBy, enabled])).toEqual([
    [3, 'u3', true],
    [2, 'u2', false],
  ]);
});
