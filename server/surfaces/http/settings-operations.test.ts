import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotationOperations, createAnnotationItems, createAnnotationQueues } from '../../domains/annotation/index.ts';
import { exportOperation } from '../../domains/blob-exports/index.ts';
import { commentOperations, createComments } from '../../domains/comments/index.ts';
import { createFeedback, feedbackOperations } from '../../domains/feedback/index.ts';
import { createMedia, mediaOperations } from '../../domains/media/index.ts';
import { unauthorized } from '../../lib/errors.ts';
import { createLogger } from '../../lib/log.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { emptyObservation, type ScoreRow } from '../../store/analytics/rows.ts';
import { openBlobFolder } from '../../store/blobs/index.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { httpSurface } from './http-surface.ts';

let dataDir: string;
let metadata: MetadataStore;
let facts: Awaited<ReturnType<typeof openTestStore>>;
let app: FastifyInstance;
const clock = { at: Date.parse('2026-05-01T12:00:00.000Z'), now: () => clock.at };

const STEPS = 450;
const step = (projectId: string, i: number) => ({
  ...emptyObservation(projectId, `t${i % 120}`, `s${i}`),
  type: 'SPAN' as const,
  name: i % 2 ? 'odd' : 'even, "quoted"\nline',
  input: JSON.stringify({ i }),
  start_time: (clock.at - i * 60_000) * 1000,
  row_version: 1,
});
const score = (projectId: string, i: number): ScoreRow => ({
  project_id: projectId,
  id: `score${i}`,
  timestamp: (clock.at - i * 60_000) * 1000,
  name: 'quality',
  data_type: 'NUMERIC',
  source: 'API',
  value: i,
  string_value: '',
  comment: '',
  metadata: {},
  trace_id: `t${i % 120}`,
  observation_id: '',
  session_id: '',
  dataset_run_id: '',
  execution_trace_id: '',
  config_id: '',
  queue_id: '',
  author_user_id: '',
  environment: 'default',
  via: 'langfuse-batch',
  api_key: '',
  created_at: 1,
  updated_at: 1,
  row_version: 1,
  is_deleted: 0,
});

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'telltale-operations-'));
  metadata = await openMetadata({ dataDir, log: createLogger('silent') });
  facts = await openTestStore();
  const numbers = Array.from({ length: STEPS }, (_, i) => i);
  await facts.store.insert({
    observations: [...numbers.map((i) => step('p', i)), step('q', 1)],
    scores: [...numbers.map((i) => score('p', i)), score('q', 1)],
  });
  const { db } = metadata;
  await db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await db.insert(tables.projects).values(['p', 'q'].map((id) => ({ id, organisationId: 'o', name: id })));
  await db.insert(tables.users).values(['ada', 'bob', 'eve'].map((id) => ({ id, name: id, email: `${id}@x.example` })));
  const isMember = async (userId: string) => userId !== 'eve';
  const comments = createComments({ db, clock, isMember, hasObject: async (_, __, id) => id === 't1' });
  const annotation = {
    queues: createAnnotationQueues({ db, clock, isMember, findScoreConfig: async (_, id) => (id === 'config' ? {} : null) }),
    items: createAnnotationItems({ db, clock }),
  };
  const blobs = await openBlobFolder(join(dataDir, 'blobs'));
  const media = createMedia({ db, clock, blobs, secret: 'a secret that is only used by tests, long', maxBytes: 1000 });
  const roles: Record<string, 'VIEWER' | 'MEMBER' | 'ADMIN'> = { ada: 'ADMIN', bob: 'MEMBER', view: 'VIEWER' };
  app = Fastify();
  await app.register(
    httpSurface({
      operations: [
        ...commentOperations(comments),
        ...annotationOperations(annotation),
        ...mediaOperations(media, '/api/public'),
        ...feedbackOperations(createFeedback({ db, clock })),
        exportOperation(facts.store),
      ],
      trustsOrigin: () => true,
      checkOutput: true,
      access: {
        authenticateKey: async (key) => {
          if (key === 'nobody') throw unauthorized('Invalid credentials.');
          const scope = key === 'public' ? 'scores' : key === 'organisation' ? 'organisation' : 'project';
          return {
            keyId: 'k',
            publicKey: 'pk',
            organisationId: 'o',
            projectId: scope === 'project' ? key! : null,
            scope,
          } as never;
        },
        authenticateSession: async ({ cookie }) => (cookie ? ({ userId: cookie } as never) : null),
        roleInProject: async (userId, projectId) => (projectId === 'p' ? (roles[userId] ?? null) : null),
        roleInOrganisation: async () => null,
      },
    }),
    { prefix: '/api/v1' },
  );
});
afterAll(async () => {
  await app.close();
  await facts.close();
  await metadata.close();
  await rm(dataDir, { recursive: true, force: true });
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
/** Calls as project p's key, or with the headers given. */
async function send(method: Method, path: string, payload?: object, headers: Record<string, string> = { authorization: 'p' }) {
  const options: InjectOptions = { method, url: `/api/v1/projects${path}`, headers: { origin: 'http://x', ...headers } };
  if (payload) options.payload = payload;
  return app.inject(options);
}
async function call(...given: Parameters<typeof send>) {
  const answer = await send(...given);
  return { status: answer.statusCode, body: answer.json() };
}
const as = (person: string) => ({ cookie: person });

describe('comments', () => {
  const on = { objectType: 'TRACE', objectId: 't1' };
  const write = async (content: string, more: object = {}, headers?: Record<string, string>) =>
    (await call('POST', '/p/comments', { ...on, content, ...more }, headers)).body.id as string;

  it('are written in the name of the person, listed, got and deleted by whom they are of', async () => {
    const ofBob = await write('by bob', { authorUserId: 'ada' }, as('bob'));
    const ofKey = await write('by a key');
    const named = await write('by a key for ada', { authorUserId: 'ada' });
    expect((await call('GET', `/p/comments/${ofBob}`)).body).toMatchObject({
      content: 'by bob',
      authorUserId: 'bob',
      projectId: 'p',
    });
    const listed = await call('GET', '/p/comments?objectType=TRACE&objectId=t1&limit=2');
    expect({ ...listed.body, data: listed.body.data.map(({ id }: { id: string }) => id) }).toEqual({
      data: [named, ofKey],
      totalCount: 3,
    });
    expect((await call('GET', '/p/comments?authorUserId=bob')).body.totalCount).toBe(1);
    expect((await call('DELETE', `/p/comments/${named}`, undefined, as('bob'))).status).toBe(403);
    expect((await call('DELETE', `/p/comments/${ofBob}`)).status).toBe(403);
    expect((await call('DELETE', `/p/comments/${ofKey}`, undefined, as('view'))).status).toBe(403);
    expect(await call('DELETE', `/p/comments/${ofBob}`, undefined, as('bob'))).toEqual({ status: 200, body: { ok: true } });
    expect((await call('DELETE', `/p/comments/${named}`, undefined, as('ada'))).status).toBe(200);
    expect((await call('DELETE', `/p/comments/${ofKey}`)).status).toBe(200);
    expect((await call('DELETE', `/p/comments/${ofKey}`)).status).toBe(404);
    expect((await call('GET', '/p/comments')).body).toEqual({ data: [], totalCount: 0 });
  });

  it('are refused where they do not fit', async () => {
    expect((await call('POST', '/p/comments', { ...on, content: '' })).status).toBe(400);
    expect((await call('POST', '/p/comments', { ...on, content: 'x', objectId: 'unknown' })).status).toBe(404);
    expect((await call('POST', '/p/comments', { ...on, content: 'x', authorUserId: 'eve' })).status).toBe(400);
    expect((await call('POST', '/p/comments', { ...on, content: 'x' }, as('view'))).status).toBe(403);
    expect((await call('GET', '/p/comments?objectId=t1')).status).toBe(400);
    const mine = await write('mine');
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await call(method, `/q/comments/${mine}`, undefined, { authorization: 'q' })).status).toBe(404);
    }
  });
});

describe('annotation queues', () => {
  it('are worked through', async () => {
    const queue = (await call('POST', '/p/annotation-queues', { name: 'n', scoreConfigIds: ['config'] })).body;
    const path = `/p/annotation-queues/${queue.id}`;
    expect((await call('GET', path)).body).toEqual(queue);
    expect((await call('GET', '/p/annotation-queues')).body).toEqual({ data: [queue], totalCount: 1 });
    const item = (await call('POST', `${path}/items`, { objectId: 't1', objectType: 'TRACE' })).body;
    expect(item).toMatchObject({ queueId: queue.id, status: 'PENDING', completedAt: null });
    const done = await call('PATCH', `${path}/items/${item.id}`, { status: 'COMPLETED' });
    expect(done.body).toMatchObject({ status: 'COMPLETED', completedAt: new Date(clock.at).toISOString() });
    expect((await call('GET', `${path}/items/${item.id}`)).body).toEqual(done.body);
    expect((await call('GET', `${path}/items?status=PENDING`)).body).toEqual({ data: [], totalCount: 0 });
    expect((await call('GET', `${path}/items?status=COMPLETED`)).body).toEqual({ data: [done.body], totalCount: 1 });
    expect((await call('POST', `${path}/assignments`, { userId: 'eve' })).status).toBe(404);
    await call('POST', `${path}/assignments`, { userId: 'bob' });
    expect(await call('GET', `${path}/assignments`)).toEqual({
      status: 200,
      body: { data: [{ userId: 'bob', createdAt: new Date(clock.at).toISOString() }] },
    });
    expect((await call('DELETE', `${path}/assignments/bob`)).body).toEqual({ ok: true });
    expect((await call('GET', `${path}/assignments`)).body).toEqual({ data: [] });
    expect((await call('DELETE', `${path}/items/${item.id}`)).body).toEqual({ ok: true });
    expect((await call('GET', `${path}/items/${item.id}`)).status).toBe(404);
    expect((await call('PATCH', `${path}/items/${item.id}`, { status: 'DONE' })).status).toBe(400);
    expect((await call('POST', '/p/annotation-queues', { name: 'm', scoreConfigIds: ['unknown'] })).status).toBe(400);
    const foreign = { authorization: 'q' };
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', '/items'],
      ['GET', '/assignments'],
      ['GET', `/items/${item.id}`],
      ['DELETE', `/items/${item.id}`],
      ['DELETE', '/assignments/bob'],
    ] as const) {
      expect((await call(method, `/q/annotation-queues/${queue.id}${rest}`, undefined, foreign)).status).toBe(404);
    }
  });
});

describe('media', () => {
  it('are announced, and shown once they are uploaded', async () => {
    const said = {
      traceId: 't1',
      field: 'input',
      contentType: 'image/png',
      contentLength: 3,
      sha256Hash: 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=',
    };
    const { status, body } = await call('POST', '/p/media', said);
    expect({ status, body }).toEqual({
      status: 200,
      body: { mediaId: 'ungWv48Bz-pBQUDeXa4iI7', uploadUrl: expect.stringMatching(/^\/api\/public\/media\/.+signature=/) },
    });
    expect((await call('GET', `/p/media/${body.mediaId}`)).status).toBe(404);
    const report = { uploadedAt: '2026-05-01T12:00:00Z', uploadHttpStatus: 200 };
    expect((await call('PATCH', `/p/media/${body.mediaId}`, report)).body).toEqual({ ok: true });
    await metadata.db.update(tables.media).set({ storedAt: new Date() });
    expect((await call('GET', `/p/media/${body.mediaId}`)).body).toMatchObject({ contentLength: 3, contentType: 'image/png' });
    expect((await call('GET', `/q/media/${body.mediaId}`, undefined, { authorization: 'q' })).status).toBe(404);
    expect((await call('POST', '/p/media', { ...said, contentLength: 1001 })).status).toBe(400);
    expect((await call('POST', '/p/media', { ...said, sha256Hash: 'x' })).status).toBe(400);
  });
});

describe('feedback', () => {
  it('is given and read', async () => {
    const said = { targetType: 'cli', target: 'export', feedback: 'fast' };
    expect((await call('POST', '/p/feedback', said, as('view'))).status).toBe(200);
    expect((await call('GET', '/p/feedback')).body).toMatchObject({ data: [said], totalCount: 1 });
  });
});

describe('export', () => {
  const read = async (query: string) => {
    const answer = await send('GET', `/p/export?${query}`);
    expect(answer.statusCode).toBe(200);
    return answer;
  };
  const lines = async (query: string) =>
    (await read(query)).body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const at = (i: number) => new Date(clock.at - i * 60_000).toISOString();

  it('holds everything once, newest first, over many pages', async () => {
    const steps = await lines('table=observations');
    expect(steps.map(({ id }) => id)).toEqual(numbers(0, STEPS).map((i) => `s${i}`));
    expect(steps[7]).toMatchObject({
      trace_id: 't7',
      project_id: 'p',
      name: 'odd',
      input: { i: 7 },
      start_time: at(7),
      end_time: null,
    });
    expect((await lines('table=scores')).map(({ id, value }) => [id, value])).toEqual(
      numbers(0, STEPS).map((i) => [`score${i}`, i]),
    );
    const traces = await lines('table=traces');
    expect(new Set(traces.map(({ id }) => id)).size).toBe(120);
    expect(traces).toHaveLength(120);
    expect(traces.map(({ timestamp }) => timestamp)).toEqual(
      traces
        .map(({ timestamp }) => timestamp)
        .sort()
        .reverse(),
    );
    expect(traces.find(({ id }) => id === 't3')).toMatchObject({ observation_count: 4 });
  });

  it('is CSV with a head', async () => {
    const answer = await read('table=observations&format=csv');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="observations.csv"',
      'cache-control': 'no-store',
    });
    const rows: Record<string, string>[] = parse(answer.body, { columns: true });
    expect(rows.map(({ id }) => id)).toEqual(numbers(0, STEPS).map((i) => `s${i}`));
    expect(rows[2]).toMatchObject({ name: 'even, "quoted"\nline', input: '{"i":2}', end_time: '' });
  });

  it('is narrowed to a time range and a filter', async () => {
    const range = `from=${at(99)}&to=${at(9)}`;
    expect((await lines(`table=observations&${range}`)).map(({ id }) => id)).toEqual(numbers(10, 100).map((i) => `s${i}`));
    expect((await lines(`table=scores&${range}`)).map(({ id }) => id)).toEqual(numbers(10, 100).map((i) => `score${i}`));
    const odd = encodeURIComponent(
      JSON.stringify([{ type: 'stringOptions', column: 'name', operator: 'any of', value: ['odd'] }]),
    );
    expect((await lines(`table=observations&${range}&filter=${odd}`)).map(({ id }) => id)).toEqual(
      numbers(10, 100)
        .filter((i) => i % 2)
        .map((i) => `s${i}`),
    );
    const one = encodeURIComponent(JSON.stringify([{ type: 'string', column: 'traceId', operator: '=', value: 't5' }]));
    expect((await lines(`table=scores&filter=${one}`)).map(({ id }) => id)).toEqual([
      'score5',
      'score125',
      'score245',
      'score365',
    ]);
    expect(await lines(`table=traces&from=${new Date(clock.at + 1).toISOString()}`)).toEqual([]);
  });

  it('refuses nonsense before it begins', async () => {
    for (const query of [
      '',
      'table=users',
      'table=traces&format=xml',
      'table=traces&from=yesterday',
      `table=traces&from=${at(1)}&to=${at(2)}`,
      'table=traces&filter=[{"type":"string","column":"nothing","operator":"=","value":"x"}]',
      'table=scores&filter=[{"type":"number","column":"name","operator":"=","value":1}]',
    ]) {
      expect((await send('GET', `/p/export?${query}`)).statusCode, query).toBe(400);
    }
  });
});

it.each([
  [{}, 401],
  [{ authorization: 'nobody' }, 401],
  [{ authorization: 'public' }, 403],
  [{ authorization: 'organisation' }, 403],
  [{ authorization: 'q' }, 404],
  [as('stranger'), 404],
])('%j gets %i everywhere', async (headers, status) => {
  for (const path of ['comments', 'annotation-queues', 'media/x', 'feedback', 'export?table=traces']) {
    expect((await send('GET', `/p/${path}`, undefined, headers as Record<string, string>)).statusCode, path).toBe(status);
  }
});
