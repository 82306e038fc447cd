import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Operation, operation } from '../../../contract/operation.ts';
import { Download } from '../../lib/download.ts';
import { AppError, unavailable } from '../../lib/errors.ts';
import { type Caller, implement } from '../../lib/implement.ts';
import { httpSurface } from './http-surface.ts';
import { requestIdOf, returnRequestIds } from './request-id.ts';

let app: FastifyInstance;
afterEach(() => app.close());

const list = operation({
  id: 'list',
  method: 'GET',
  path: '/projects/{projectId}/things/{thingId}',
  access: 'public',
  role: 'VIEWER',
  summary: '',
  input: z.object({
    projectId: z.string(),
    thingId: z.string(),
    search: z.string().optional(),
    limit: z.coerce.number().int().max(10).default(5),
    columns: z.array(z.string()).optional(),
    sort: z.object({ by: z.string() }).optional(),
    flag: z.boolean().optional(),
  }),
  output: z.unknown(),
});
const write = operation({
  ...list,
  id: 'write',
  method: 'POST',
  path: '/projects/{projectId}/things',
  input: z.object({ projectId: z.string(), name: z.string().min(2), tags: z.array(z.string()).optional() }),
});

/** A surface with one operation that does `handle`, by default: shows its input and caller. */
async function serve(
  declared: Operation,
  handle: (input: unknown, caller: Caller) => Promise<unknown> = async (input, caller) => ({ input, caller }),
  checkOutput = false,
) {
  app = Fastify({ genReqId: requestIdOf });
  returnRequestIds(app);
  const refuse = async () => {
    throw new Error('not asked for a public operation');
  };
  const access = {
    authenticateKey: refuse,
    authenticateSession: refuse,
    roleInProject: refuse,
    roleInOrganisation: refuse,
  };
  const operations = [implement(declared, handle)];
  await app.register(httpSurface({ operations, access, trustsOrigin: () => false, checkOutput }), { prefix: '/api/v1' });
}

const get = async (url: string) => {
  const answer = await app.inject({ method: 'GET', url: `/api/v1${url}` });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
};
const postJson = async (payload: unknown, headers: Record<string, string> = {}) => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/projects/p/things',
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: answer.statusCode, body: answer.json() };
};

describe('input', () => {
  it('comes from path and query; what is not text comes as JSON, what is text stays text', async () => {
    await serve(list);
    const query = new URLSearchParams({ search: '123', limit: '7', columns: '["a","b"]', sort: '{"by":"x"}', flag: 'true' });
    const { body } = await get(`/projects/p%2F1/things/${encodeURIComponent('ä b')}?${query}`);
    expect(body.input).toEqual({
      projectId: 'p/1',
      thingId: 'ä b',
      search: '123',
      limit: 7,
      columns: ['a', 'b'],
      sort: { by: 'x' },
      flag: true,
    });
    expect(body.caller).toMatchObject({
      kind: 'anonymous',
      projectId: 'p/1',
      organisationId: null,
      userId: null,
      publicKey: null,
    });
  });

  it('keeps a text that looks like JSON although another field needs reading as JSON', async () => {
    await serve(list);
    const query = new URLSearchParams({ search: '{"a":1}', flag: 'false' });
    expect((await get(`/projects/p/things/t?${query}`)).body.input).toMatchObject({ search: '{"a":1}', flag: false, limit: 5 });
  });

  it('the path wins over query and body', async () => {
    await serve(list);
    expect((await get('/projects/p/things/t?projectId=other')).body.input.projectId).toBe('p');
    await app.close();
    await serve(write);
    expect((await postJson({ name: 'ab', projectId: 'other' })).body.input).toEqual({ projectId: 'p', name: 'ab' });
  });

  it('that is wrong is answered with the names of all wrong fields', async () => {
    await serve(list);
    const { status, body } = await get('/projects/p/things/t?limit=99&columns=a');
    expect(status).toBe(400);
    expect(body.error.code).toBe('InvalidRequestError');
    expect(body.error.message).toMatch(/limit: .*; columns: /);
    expect(body.error.details.map((issue: { path: string }) => issue.path)).toEqual(['limit', 'columns']);
    await app.close();
    await serve(write);
    const wrong = await postJson({ name: 'x', tags: ['a', 5] });
    expect(wrong.body.error.details.map((issue: { path: string }) => issue.path)).toEqual(['name', 'tags.1']);
  });

  it.each([
    ['not JSON', '{"name":', 400],
    ['a list', [1], 400],
    ['a text', '"abc"', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['a poisoned prototype', '{"name":"ab","__proto__":{"x":1}}', 400],
  ])('a body that is %s is a 400 in our shape', async (_, payload, status) => {
    await serve(write);
    const answer = await postJson(payload);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: expect.objectContaining({ code: 'InvalidRequestError', message: expect.any(String) }) });
  });

  it('another content type is a 415, a large body a 413', async () => {
    await serve(write);
    const form = await postJson('name=ab', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, form.body.error.code]).toEqual([415, 'UnsupportedMediaTypeError']);
    const large = await postJson({ name: 'x'.repeat(1_100_000) });
    expect([large.status, large.body.error.code]).toEqual([413, 'PayloadTooLargeError']);
  });
});

describe('errors', () => {
  const failing = (error: unknown) => serve(list, () => Promise.reject(error));

  it('of ours are shown, with details and the time to wait', async () => {
    await failing(new AppError(429, 'TooMany', 'Wait.', { details: { limit: 3 }, retryAfter: 1.2 }));
    const { status, body, headers } = await get('/projects/p/things/t');
    expect([status, body, headers['retry-after']]).toEqual([
      429,
      { error: { code: 'TooMany', message: 'Wait.', details: { limit: 3 } } },
      '2',
    ]);
    await app.close();
    await failing(unavailable('No room.', 5));
    expect((await get('/projects/p/things/t')).body).toEqual({ error: { code: 'ServiceUnavailableError', message: 'No room.' } });
  });

  it('of any other kind do not show their text', async () => {
    await failing(new Error('password is hunter2'));
    const { status, body, headers } = await get('/projects/p/things/t');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(body.error.message).toContain(headers['x-request-id']);
  });

  it('unknown routes and methods are 404 in our shape', async () => {
    await serve(list);
    expect(await get('/nothing?secret=1')).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFoundError', message: 'No such route: GET /api/v1/nothing' } },
    });
    const wrongMethod = await app.inject({ method: 'PUT', url: '/api/v1/projects/p/things/t' });
    expect(wrongMethod.statusCode).toBe(404);
  });
});

describe('answers', () => {
  const strict: Operation = { ...list, output: z.object({ a: z.number() }) };

  it('are checked against their declaration where asked for', async () => {
    await serve(strict, async () => ({ a: 'no number' }), true);
    expect((await get('/projects/p/things/t')).status).toBe(500);
    await app.close();
    await serve(strict, async () => ({ a: 1 }), true);
    expect(await get('/projects/p/things/t')).toMatchObject({ status: 200, body: { a: 1 } });
  });

  it('are not to be kept by anybody', async () => {
    await serve(list);
    expect((await get('/projects/p/things/t')).headers['cache-control']).toBe('no-store');
  });
});

describe('request ids', () => {
  const withId = async (id: string) => {
    const answer = await app.inject({ method: 'GET', url: '/api/v1/projects/p/things/t', headers: { 'x-request-id': id } });
    return { returned: answer.headers['x-request-id'], seen: answer.json().caller.requestId };
  };

  it('are taken, given to the operation and returned', async () => {
    await serve(list);
    expect(await withId('req-1:abc/2.3')).toEqual({ returned: 'req-1:abc/2.3', seen: 'req-1:abc/2.3' });
  });

  it.each(['', 'x'.repeat(129), 'a b', '<script>', '{"a":1}', 'ä'])('are replaced when they are %j', async (id) => {
    await serve(list);
    const { returned, seen } = await withId(id);
    expect(returned).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen).toBe(returned);
  });
});

describe('a file', () => {
  it('is sent as it comes', async () => {
    const content = async function* () {
      yield Buffer.from('a');
      yield Buffer.from('b');
    };
    await serve(list, async () => new Download('text/csv', 'x.csv', content()), true);
    const answer = await app.inject({ url: '/api/v1/projects/p/things/t' });
    expect([answer.statusCode, answer.body]).toEqual([200, 'ab']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': 'attachment; filename="x.csv"',
      'x-content-type-options': 'nosniff',
    });
  });

  it('that breaks on the way is never taken for whole', async () => {
    const content = async function* () {
      yield Buffer.alloc(100_000);
      throw new Error('the store went away');
    };
    await serve(list, async () => new Download('text/csv', 'x.csv', content()));
    const origin = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${origin}/api/v1/projects/p/things/t`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });
});
