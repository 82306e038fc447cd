import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createDoor, type Door } from '../../ingest/door.ts';
import { readExport } from '../../ingest/read-export.ts';
import { createReceipts } from '../../ingest/receipts/receipts.ts';
import type { Sender } from '../../ingest/types.ts';
import { createWriter } from '../../ingest/write/writer.ts';
import { createLogger } from '../../lib/log.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { createScores, type Scores } from './scores.ts';

const NOW = Date.parse('2026-05-04T12:00:00Z');
const clock = { at: NOW, now: () => clock.at };
let store: AnalyticsStore;
let close: () => Promise<void>;
let door: Door;
let scores: Scores;
let project = '';
let counter = 0;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  const writer = createWriter({
    store,
    priceRows: () => {},
    clock,
    maxBytes: 1e6,
    log: createLogger('silent'),
    onStored: () => {},
    gatherMs: 0,
  });
  const configs = { grade: { name: 'Grade', dataType: 'NUMERIC', isArchived: false, minValue: 0, maxValue: 1 } } as const;
  door = createDoor({
    readExport,
    findPrompt: () => null,
    findScoreConfig: (_project, id) => configs[id as 'grade'] ?? null,
    masks: [],
    priceRows: () => {},
    writer,
    receipts: createReceipts(clock),
    clock,
  });
  scores = createScores({ store, door });
});
afterAll(() => close());
beforeEach(() => {
  project = `p${++counter}`;
});

const key = { userId: null, publicKey: 'pk' };
const senderOf = (projectId: string): Sender => ({
  projectId,
  publicKey: 'pk',
  scope: 'full',
  via: 'langfuse-batch',
  sdkName: '',
  sdkVersion: '',
});
/** A score as an SDK sends it, `seconds` from now by its own clock. */
const eventOf = (eventId: string, seconds: number, body: object) => ({
  id: eventId,
  type: 'score-create',
  timestamp: new Date(NOW + seconds * 1000).toISOString(),
  body,
});
const send = async (projectId: string, ...batch: object[]) =>
  expect((await door.acceptBatch({ batch }, senderOf(projectId), 100)).errors).toEqual([]);
const all = async (projectId = project) => (await scores.list(projectId, { filter: [] }, { limit: 50 })).data;
const missing = { status: 404, message: 'Score not found within authorized project' };

it('a score is written, read, listed and changed by its id', async () => {
  const made = await scores.create(
    project,
    { id: 's', traceId: 't', name: 'quality', value: 0.5, metadata: { by: 'hand' } },
    key,
  );
  expect(made).toMatchObject({ id: 's', name: 'quality', dataType: 'NUMERIC', value: 0.5, source: 'API', traceId: 't' });
  expect(await scores.get(project, 's')).toEqual(made);
  clock.at += 1000;
  await scores.create(project, { id: 's', traceId: 't', name: 'quality', value: 0.75 }, key);
  expect(await all()).toMatchObject([{ id: 's', value: 0.75, metadata: { by: 'hand' } }]);
});

it('of a person it has its author, and is an annotation where it has a config', async () => {
  const anna = { userId: 'anna', publicKey: null };
  const given = { sessionId: 'chat', name: 'x', value: 1 };
  expect(await scores.create(project, { ...given, configId: 'grade' }, anna)).toMatchObject({
    name: 'Grade',
    source: 'ANNOTATION',
    authorUserId: 'anna',
    configId: 'grade',
    sessionId: 'chat',
  });
  expect(await scores.create(project, given, anna)).toMatchObject({ name: 'x', source: 'API', authorUserId: 'anna' });
  const correction = { traceId: 't', dataType: 'CORRECTION', value: 'better' };
  expect(await scores.create(project, correction, anna)).toMatchObject({ source: 'ANNOTATION', stringValue: 'better' });
  await expect(scores.create(project, { ...given, value: 2, configId: 'grade' }, anna)).rejects.toMatchObject({ status: 400 });
});

it('a deleted one is gone at once, and nothing of it stays in the log', async () => {
  await scores.create(project, { id: 's', traceId: 't', name: 'quality', value: 1, comment: 'a secret' }, key);
  await scores.create(project, { id: 'other', traceId: 't', name: 'quality', value: 1 }, key);
  await scores.delete(project, 's');
  await expect(scores.get(project, 's')).rejects.toMatchObject(missing);
  await expect(scores.delete(project, 's')).rejects.toMatchObject(missing);
  expect((await all()).map(({ id }) => id)).toEqual(['other']);
  const sql = "SELECT event_type, body FROM events WHERE project_id = {project:String} AND entity_id = 's'";
  expect(await store.query(sql, { project })).toEqual([{ event_type: 'score-delete', body: '{}' }]);
});

it('another project’s score is not there to be deleted', async () => {
  await scores.create(project, { id: 's', traceId: 't', name: 'quality', value: 1 }, key);
  await expect(scores.delete('stranger', 's')).rejects.toMatchObject(missing);
  expect(await all()).toHaveLength(1);
});

it('whatever its sender’s clock says, and on every day that it was ever said to be of', async () => {
  await send(project, eventOf('late', 86_400 * 3, { id: 's', traceId: 't', name: 'n', value: 1 }));
  await send(project, eventOf('early', -86_400 * 3, { id: 's', traceId: 't', name: 'n', value: 2 }));
  expect(await all()).toMatchObject([{ value: 1, timestamp: '2026-05-01T12:00:00.000Z' }]);
  await scores.delete(project, 's');
  expect(await all()).toEqual([]);
  expect(await store.query('SELECT id FROM scores WHERE project_id = {project:String}', { project })).toEqual([]);
});

it('stays gone when its event is sent again, and is made anew by a new one', async () => {
  const first = eventOf('e1', 0, { id: 's', traceId: 't', name: 'n', value: 1, comment: 'old' });
  await send(project, first);
  await scores.delete(project, 's');
  await send(project, first);
  expect(await all()).toEqual([]);
  await send(project, eventOf('e2', 1, { id: 's', traceId: 't2', name: 'n', value: 3 }));
  expect(await all()).toMatchObject([{ value: 3, traceId: 't2', comment: null }]);
  await send(project, first);
  expect(await all()).toMatchObject([{ value: 3, traceId: 't2', comment: null }]);
  await scores.delete(project, 's');
  expect(await all()).toEqual([]);
});

it('pages go newest first without a gap', async () => {
  for (let i = 0; i < 5; i++) await send(project, eventOf(`e${i}`, i % 3, { id: `s${i}`, traceId: 't', name: 'n', value: i }));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await scores.list(project, { filter: [] }, { cursor, limit: 2 });
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(['s2', 's4', 's1', 's3', 's0']);
});
