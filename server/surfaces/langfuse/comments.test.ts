import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createComments } from '../../domains/comments/index.ts';
import { createPrompts, hasPromptVersion } from '../../domains/prompts/index.ts';
import { createLogger } from '../../lib/log.ts';
import { tables } from '../../store/metadata/index.ts';
import { commentRoutes } from './comments.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

let server: OpenRoutes;
let call: OpenRoutes['call'];
let promptId: string;
beforeAll(async () => {
  const objects = new Set(['p TRACE t1', 'p TRACE t2', 'p OBSERVATION o1', 'p SESSION s1', 'q TRACE t9']);
  let createPrompt: () => Promise<string>;
  server = await openRoutes(({ db, clock, access }) => {
    const prompts = createPrompts({ metadata: { db, kind: 'embedded' }, log: createLogger('silent'), clock });
    createPrompt = async () => (await prompts.create('p', { name: 'greeting', type: 'text', prompt: 'Hi' } as never)).id;
    const comments = createComments({
      db,
      clock,
      hasObject: async (projectId, type, id) =>
        type === 'PROMPT' ? hasPromptVersion(db, projectId, id) : objects.has(`${projectId} ${type} ${id}`),
      isMember: async (userId) => userId === 'anna',
    });
    return [commentRoutes({ access, comments })];
  });
  call = server.call;
  promptId = await createPrompt!();
  const person = (id: string) => ({ id, email: `${id}@telltale.test`, name: id });
  await server.db.insert(tables.users).values([person('anna'), person('otto')]);
});
afterAll(() => server.close());

const comment = (more: Record<string, unknown> = {}) => ({
  projectId: 'p',
  objectType: 'TRACE',
  objectId: 't1',
  content: 'Looks wrong.',
  ...more,
});
async function write(more: Record<string, unknown> = {}): Promise<string> {
  server.clock.at += 1000;
  const { status, body } = await call('POST', '/comments', comment(more));
  expect({ status, body }).toEqual({ status: 200, body: { id: expect.any(String) } });
  return body.id;
}
const list = async (query: string) => {
  const { status, body } = await call('GET', `/comments?${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.data.map(({ id }: { id: string }) => id);
};

it('are written and read', async () => {
  const content = 'Grüße, 世界 \u{1F600}\nsecond line';
  const id = await write({ content, authorUserId: 'anna' });
  const at = new Date(server.clock.at).toISOString();
  expect(await call('GET', `/comments/${id}`)).toEqual({
    status: 200,
    body: { id, ...comment({ content, authorUserId: 'anna' }), createdAt: at, updatedAt: at },
  });
  expect((await call('GET', `/comments/${await write({ authorUserId: null })}`)).body.authorUserId).toBe(null);
});

it('stay when the account of their author goes', async () => {
  await server.db.insert(tables.users).values({ id: 'gone', email: 'gone@telltale.test', name: 'gone' });
  const id = await write();
  await server.db.update(tables.comments).set({ authorUserId: 'gone' }).where(eq(tables.comments.id, id));
  await server.db.delete(tables.users).where(eq(tables.users.id, 'gone'));
  expect((await call('GET', `/comments/${id}`)).body).toMatchObject({ content: 'Looks wrong.', authorUserId: null });
});

it('are listed newest first, by object and author', async () => {
  const first = await write({ objectId: 't2' });
  const second = await write({ objectId: 't2', authorUserId: 'anna' });
  const onPrompt = await write({ objectType: 'PROMPT', objectId: promptId });
  const onStep = await write({ objectType: 'OBSERVATION', objectId: 'o1', content: 'x'.repeat(5000) });
  const onSession = await write({ objectType: 'SESSION', objectId: 's1' });
  expect((await list('')).slice(0, 5)).toEqual([onSession, onStep, onPrompt, second, first]);
  expect(await list('objectType=TRACE&objectId=t2')).toEqual([second, first]);
  expect(await list('objectType=TRACE&objectId=t2&authorUserId=anna')).toEqual([second]);
  expect(await list('objectType=SESSION')).toEqual([onSession]);
  expect(await list('objectType=PROMPT&objectId=t2')).toEqual([]);
  expect(await list('objectType=&objectId=&limit=1&page=2')).toEqual([onStep]);
  const { body } = await call('GET', '/comments?objectType=TRACE&objectId=t2&limit=1');
  expect(body.meta).toEqual({ page: 1, limit: 1, totalItems: 2, totalPages: 2 });
});

it.each(['objectId=t1', 'objectType=trace', 'objectType=DATASET', 'page=0', 'limit=101', 'authorUserId=%00'])(
  'are not listed by %s',
  async (query) => {
    expect((await call('GET', `/comments?${query}`)).status).toBe(400);
  },
);

describe('are refused', () => {
  it.each([
    ['unknown trace', { objectId: 'no-such' }],
    ['trace of another project', { objectId: 't9' }],
    ['id of another kind', { objectType: 'SESSION' }],
    ['unknown prompt', { objectType: 'PROMPT', objectId: 'greeting' }],
  ])('with 404: %s', async (_, more) => {
    expect(await call('POST', '/comments', comment(more))).toMatchObject({
      status: 404,
      body: { error: 'LangfuseNotFoundError' },
    });
  });

  it('with one sentence for an author who is no member, is nobody, or writes to nothing', async () => {
    const answers = [];
    for (const more of [{ authorUserId: 'otto' }, { authorUserId: 'nobody' }, { authorUserId: 'otto', objectId: 'no-such' }]) {
      answers.push(await call('POST', '/comments', comment(more)));
    }
    const said = { message: 'authorUserId must be a member of the organisation.', error: 'InvalidRequestError' };
    expect(answers).toEqual(Array(3).fill({ status: 400, body: said }));
  });

  it.each([
    ['another project', { projectId: 'q' }],
    ['no project', { projectId: undefined }],
    ['no content', { content: '' }],
    ['long content', { content: 'x'.repeat(5001) }],
    ['lower case', { objectType: 'trace' }],
    ['unknown key', { mood: 'bad' }],
    ['NUL', { content: 'a\0' }],
    ['number', { content: 5 }],
  ])('with 400: %s', async (_, more) => {
    expect((await call('POST', '/comments', comment(more))).status).toBe(400);
  });

  it('with 400: no object at all', async () => {
    for (const body of [undefined, null, [], 'x']) expect((await call('POST', '/comments', body)).status).toBe(400);
  });
});

describe('who may call', () => {
  it.each([
    ['POST', '/comments', comment()],
    ['GET', '/comments', undefined],
    ['GET', '/comments/x', undefined],
  ] as const)('%s %s: nobody without the key pair of a project', async (method, path, body) => {
    expect((await call(method, path, body, '')).status).toBe(401);
    expect((await call(method, path, body, 'public')).status).toBe(403);
    expect((await call(method, path, body, 'organisation')).status).toBe(403);
  });

  it('sees nothing of another project', async () => {
    const id = await write();
    const missing = { status: 404, body: { message: 'Comment not found', error: 'LangfuseNotFoundError' } };
    expect(await call('GET', `/comments/${id}`, undefined, 'q')).toEqual(missing);
    expect((await call('GET', '/comments', undefined, 'q')).body).toMatchObject({ data: [], meta: { totalItems: 0 } });
    const onPrompt = comment({ projectId: 'q', objectType: 'PROMPT', objectId: promptId });
    expect((await call('POST', '/comments', onPrompt, 'q')).status).toBe(404);
    expect(await call('GET', '/comments/a%00b')).toEqual(missing);
  });
});
