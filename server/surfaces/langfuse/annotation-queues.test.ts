import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnnotationItems, createAnnotationQueues } from '../../domains/annotation/index.ts';
import { createScoreConfigs } from '../../domains/scores/index.ts';
import { tables } from '../../store/metadata/index.ts';
import { annotationQueueRoutes } from './annotation-queues.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

let server: OpenRoutes;
let call: OpenRoutes['call'];
/** Score configs of the projects `p` and `q`. */
let configs: { p: string; second: string; q: string };
beforeAll(async () => {
  const members = new Set(['anna p', 'anna q']);
  let create: (projectId: string, name: string) => Promise<string>;
  server = await openRoutes(({ db, clock, access }) => {
    const scoreConfigs = createScoreConfigs({ metadata: { db, kind: 'embedded' }, clock });
    create = async (projectId, name) => (await scoreConfigs.create(projectId, { name, dataType: 'NUMERIC' })).id;
    const queues = createAnnotationQueues({
      db,
      clock,
      findScoreConfig: scoreConfigs.find,
      isMember: async (userId, projectId) => members.has(`${userId} ${projectId}`),
    });
    return [annotationQueueRoutes({ access, queues, items: createAnnotationItems({ db, clock }) })];
  });
  call = server.call;
  configs = { p: await create!('p', 'a'), second: await create!('p', 'b'), q: await create!('q', 'a') };
  const person = (id: string) => ({ id, email: `${id}@telltale.test`, name: id });
  await server.db.insert(tables.users).values([person('anna'), person('otto')]);
});
afterAll(() => server.close());

let made = 0;
async function newQueue(more: Record<string, unknown> = {}, key = 'p') {
  const scoreConfigIds = [key === 'p' ? configs.p : configs.q];
  const { status, body } = await call('POST', '/annotation-queues', { name: `queue ${++made}`, scoreConfigIds, ...more }, key);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as { id: string; name: string };
}
async function newItem(queueId: string, more: Record<string, unknown> = {}) {
  const given = { objectId: 't1', objectType: 'TRACE', ...more };
  const { status, body } = await call('POST', `/annotation-queues/${queueId}/items`, given);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as { id: string };
}
const now = () => new Date(server.clock.at).toISOString();
const missing = (message: string) => ({ status: 404, body: { message, error: 'LangfuseNotFoundError' } });
const NO_QUEUE = missing('Annotation queue not found');
const NO_ITEM = missing('Annotation queue item not found');

describe('queues', () => {
  it('are created, read and listed, newest first', async () => {
    const scoreConfigIds = [configs.second, configs.p, configs.second];
    const { status, body } = await call('POST', '/annotation-queues', { name: 'first', description: 'd', scoreConfigIds });
    const queue = {
      id: expect.any(String),
      name: 'first',
      description: 'd',
      scoreConfigIds: [configs.second, configs.p],
      createdAt: now(),
      updatedAt: now(),
    };
    expect({ status, body }).toEqual({ status: 200, body: queue });
    expect(await call('GET', `/annotation-queues/${body.id}`)).toEqual({ status: 200, body });
    const { id } = await newQueue({ name: 'second' });
    const list = await call('GET', '/annotation-queues?limit=1');
    expect(list.body.data.map((each: { id: string }) => each.id)).toEqual([id]);
    expect(list.body.meta).toEqual({ page: 1, limit: 1, totalItems: 2, totalPages: 2 });
    expect((await call('GET', '/annotation-queues?limit=1&page=2')).body.data).toEqual([body]);
    expect((await call('GET', '/annotation-queues', undefined, 'q')).body).toEqual({
      data: [],
      meta: { page: 1, limit: 50, totalItems: 0, totalPages: 0 },
    });
  });

  it('are refused under a taken name, in this project only', async () => {
    const { name } = await newQueue();
    expect(await call('POST', '/annotation-queues', { name, scoreConfigIds: [configs.p] })).toMatchObject({
      status: 400,
      body: { error: 'InvalidRequestError', message: expect.stringContaining(name) },
    });
    await newQueue({ name }, 'q');
  });

  it('are refused with score configs that are unknown or of another project', async () => {
    for (const id of ['no-such', configs.q]) {
      const body = { name: 'refused', scoreConfigIds: [configs.p, id] };
      expect(await call('POST', '/annotation-queues', body)).toEqual({
        status: 400,
        body: { message: `scoreConfigIds: unknown in this project: ${id}`, error: 'InvalidRequestError' },
      });
    }
  });

  it.each([
    ['no configs', { name: 'x', scoreConfigIds: [] }],
    ['no list', { name: 'x' }],
    ['no name', { name: '', scoreConfigIds: ['a'] }],
    ['NUL', { name: 'a\0', scoreConfigIds: ['a'] }],
    ['numbers', { name: 1, scoreConfigIds: [1] }],
    ['nothing', null],
  ])('are refused for nonsense: %s', async (_, body) => {
    expect(await call('POST', '/annotation-queues', body)).toMatchObject({
      status: 400,
      body: { message: 'Invalid request data', error: expect.any(Array) },
    });
  });
});

describe('items', () => {
  it('are created, completed, taken back and deleted', async () => {
    const { id: queueId } = await newQueue();
    const createdAt = now();
    const item = await newItem(queueId, { objectType: 'SESSION', objectId: 's1' });
    expect(item).toEqual({
      id: expect.any(String),
      queueId,
      objectId: 's1',
      objectType: 'SESSION',
      status: 'PENDING',
      completedAt: null,
      createdAt,
      updatedAt: createdAt,
    });
    const path = `/annotation-queues/${queueId}/items/${item.id}`;
    server.clock.at += 1000;
    const completed = { ...item, status: 'COMPLETED', completedAt: now(), updatedAt: now() };
    expect(await call('PATCH', path, { status: 'COMPLETED' })).toEqual({ status: 200, body: completed });
    expect(await call('GET', path)).toEqual({ status: 200, body: completed });
    expect(await call('PATCH', path, {})).toEqual({ status: 200, body: completed });
    server.clock.at += 1000;
    expect(await call('PATCH', path, { status: 'PENDING' })).toEqual({ status: 200, body: { ...item, updatedAt: now() } });
    expect(await call('DELETE', path)).toEqual({
      status: 200,
      body: { success: true, message: 'Annotation queue item deleted successfully' },
    });
    for (const method of ['GET', 'DELETE'] as const) expect(await call(method, path)).toEqual(NO_ITEM);
    expect(await call('PATCH', path, { status: 'COMPLETED' })).toEqual(NO_ITEM);
  });

  it('are listed by status, newest first', async () => {
    const { id: queueId } = await newQueue();
    const first = await newItem(queueId);
    const done = await newItem(queueId, { status: 'COMPLETED', objectType: 'OBSERVATION' });
    expect(done).toMatchObject({ status: 'COMPLETED', completedAt: now() });
    const last = await newItem(queueId);
    const list = async (query: string) => {
      const { body } = await call('GET', `/annotation-queues/${queueId}/items${query}`);
      return { ids: body.data.map((item: { id: string }) => item.id), total: body.meta.totalItems };
    };
    expect(await list('')).toEqual({ ids: [last.id, done.id, first.id], total: 3 });
    expect(await list('?status=PENDING&limit=1&page=2')).toEqual({ ids: [first.id], total: 2 });
    expect(await list('?status=COMPLETED')).toEqual({ ids: [done.id], total: 1 });
    expect((await call('GET', `/annotation-queues/${queueId}/items?status=done`)).status).toBe(400);
    expect((await call('GET', `/annotation-queues/${queueId}/items?page=0`)).status).toBe(400);
  });

  it.each([
    ['no object', { objectType: 'TRACE' }],
    ['unknown type', { objectId: 't', objectType: 'PROMPT' }],
    ['lower case', { objectId: 't', objectType: 'trace' }],
    ['unknown status', { objectId: 't', objectType: 'TRACE', status: 'DONE' }],
    ['nothing', null],
  ])('are refused for nonsense: %s', async (_, body) => {
    const { id } = await newQueue();
    expect((await call('POST', `/annotation-queues/${id}/items`, body)).status).toBe(400);
  });

  it('are found in their own queue only', async () => {
    const { id: queueId } = await newQueue();
    const { id: other } = await newQueue();
    const item = await newItem(queueId);
    expect(await call('GET', `/annotation-queues/${other}/items/${item.id}`)).toEqual(NO_ITEM);
    expect(await call('DELETE', `/annotation-queues/${other}/items/${item.id}`)).toEqual(NO_ITEM);
    expect(await call('GET', `/annotation-queues/${queueId}/items/a%00b`)).toEqual(NO_ITEM);
  });
});

describe('assignments', () => {
  it('are made and taken back, as often as asked', async () => {
    const { id: queueId } = await newQueue();
    const path = `/annotation-queues/${queueId}/assignments`;
    const assigned = async () =>
      (await server.db.select().from(tables.annotationAssignments)).filter((row) => row.queueId === queueId).length;
    for (let time = 0; time < 2; time++) {
      const answer = await call('POST', path, { userId: 'anna' });
      expect(answer).toEqual({ status: 200, body: { userId: 'anna', queueId, projectId: 'p' } });
      expect(await assigned()).toBe(1);
    }
    for (let time = 0; time < 2; time++) {
      expect(await call('DELETE', path, { userId: 'anna' })).toEqual({ status: 200, body: { success: true } });
      expect(await assigned()).toBe(0);
    }
  });

  it('are for members of the project', async () => {
    const { id } = await newQueue();
    for (const userId of ['otto', 'nobody']) {
      expect(await call('POST', `/annotation-queues/${id}/assignments`, { userId })).toEqual(
        missing('User not found or not a member of this project'),
      );
    }
    expect((await call('POST', `/annotation-queues/${id}/assignments`, {})).status).toBe(400);
    expect((await call('DELETE', `/annotation-queues/${id}/assignments`, { userId: 1 })).status).toBe(400);
  });
});

describe('who may call', () => {
  const object = { objectId: 't', objectType: 'TRACE' };
  const routes = (queue: string, item: string) =>
    [
      ['POST', '/annotation-queues', { name: 'x', scoreConfigIds: ['x'] }],
      ['GET', '/annotation-queues'],
      ['GET', `/annotation-queues/${queue}`],
      ['POST', `/annotation-queues/${queue}/items`, object],
      ['GET', `/annotation-queues/${queue}/items`],
      ['GET', `/annotation-queues/${queue}/items/${item}`],
      ['PATCH', `/annotation-queues/${queue}/items/${item}`, { status: 'COMPLETED' }],
      ['DELETE', `/annotation-queues/${queue}/items/${item}`],
      ['POST', `/annotation-queues/${queue}/assignments`, { userId: 'anna' }],
      ['DELETE', `/annotation-queues/${queue}/assignments`, { userId: 'anna' }],
    ] as const;

  it.each(routes('x', 'y'))('%s %s: nobody without the key pair of a project', async (method, path, body?) => {
    expect((await call(method, path, body, '')).status).toBe(401);
    expect((await call(method, path, body, 'public')).status).toBe(403);
    expect((await call(method, path, body, 'organisation')).status).toBe(403);
  });

  it('has no way to what belongs to another project', async () => {
    const { id: queueId } = await newQueue();
    const item = await newItem(queueId);
    await call('POST', `/annotation-queues/${queueId}/assignments`, { userId: 'anna' });
    for (const [method, path, body] of routes(queueId, item.id).slice(2)) {
      expect(await call(method, path, body, 'q')).toEqual(NO_QUEUE);
    }
    expect((await call('GET', `/annotation-queues/${queueId}/items`)).body.data).toEqual([item]);
    expect(await call('GET', '/annotation-queues/a%00b')).toEqual(NO_QUEUE);
  });
});
