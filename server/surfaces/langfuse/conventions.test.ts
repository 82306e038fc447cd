import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, forbidden, invalidRequest, notFound, unauthorized, unavailable } from '../../lib/errors.ts';
import { applyLangfuseConventions } from './conventions.ts';
import { answerOf } from './errors.ts';

const errors: [name: string, error: unknown, status: number, body: unknown, headers?: unknown][] = [
  ['missing credentials', unauthorized('No authorization header'), 401, { message: 'No authorization header' }],
  ['lack of access', forbidden('Needs a project key'), 403, { message: 'Needs a project key' }],
  ['a missing thing', notFound('Trace x not found'), 404, { message: 'Trace x not found', error: 'LangfuseNotFoundError' }],
  ['a domain error', invalidRequest('Bad limit'), 400, { message: 'Bad limit', error: 'InvalidRequestError' }],
  [
    'issues',
    invalidRequest('whatever', [{ code: 'custom', path: ['a'], message: 'no' }]),
    400,
    { message: 'Invalid request data', error: [{ code: 'custom', path: ['a'], message: 'no' }] },
  ],
  ['a full buffer', unavailable('Full', 1.2), 503, { message: 'Full', error: 'ServiceUnavailableError' }, { 'retry-after': '2' }],
  [
    'a limit',
    new AppError(429, 'TooManyRequestsError', 'Slow down', { retryAfter: 3 }),
    429,
    { message: 'Slow down', error: 'TooManyRequestsError' },
    { 'retry-after': '3' },
  ],
  ['our own fault', new Error('secret text'), 500, { message: 'Internal Server Error', error: 'An unknown error occurred' }],
  ['nothing', null, 500, { message: 'Internal Server Error', error: 'An unknown error occurred' }],
];

describe('answerOf', () => {
  it.each(errors)('maps %s', (_name, error, status, body, headers = {}) => {
    expect(answerOf(error)).toEqual({ status, body, headers });
  });

  it('shows the issues of a schema', () => {
    const parsed = z.object({ limit: z.number() }).safeParse({ limit: 'x' });
    const answer = answerOf(parsed.error);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: 'Invalid request data', error: [{ code: 'invalid_type', path: ['limit'] }] });
  });
});

describe('applyLangfuseConventions', () => {
  const build = async () => {
    const app = Fastify();
    await app.register(
      async (scope) => {
        applyLangfuseConventions(scope);
        await scope.register(async (reads) => {
          reads.get('/scores', async () => []);
          reads.get('/traces/:traceId', async () => ({}));
        });
        await scope.register(async (writes) => {
          writes.post('/scores', async () => ({ id: 'x' }));
          writes.delete('/traces', async ({ body }) => ({ body: body ?? null }));
        });
      },
      { prefix: '/api/public' },
    );
    app.get('/page', async () => 'page');
    return app;
  };

  it('answers 405 for another method, with the methods of all plugins', async () => {
    const app = await build();
    const answer = await app.inject({ method: 'DELETE', url: '/api/public/scores?x=1' });
    expect(answer.statusCode).toBe(405);
    expect(answer.json()).toEqual({ message: 'Method not allowed', error: 'MethodNotAllowedError' });
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
    expect((await app.inject({ method: 'PUT', url: '/api/public/traces/abc' })).statusCode).toBe(405);
    expect((await app.inject({ method: 'PUT', url: '/api/public/traces/abc/d' })).statusCode).toBe(404);
  });

  it('takes no body where JSON is announced, as many clients do on a DELETE, and refuses half a one', async () => {
    const app = await build();
    const remove = (payload: string | undefined) =>
      app.inject({ method: 'DELETE', url: '/api/public/traces', headers: { 'content-type': 'application/json' }, payload });
    for (const payload of [undefined, '', ' \n']) {
      const answer = await remove(payload);
      expect([answer.statusCode, answer.json()]).toEqual([200, { body: null }]);
    }
    expect((await remove('{"traceIds":["a"]}')).json()).toEqual({ body: { traceIds: ['a'] } });
    expect((await remove('{')).statusCode).toBe(400);
  });

  it('refuses a body that could be read but not printed', async () => {
    const app = await build();
    const send = (levels: number) =>
      app.inject({
        method: 'POST',
        url: '/api/public/scores',
        headers: { 'content-type': 'application/json' },
        payload: `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`,
      });
    expect((await send(100_000)).json()).toEqual({
      message: 'The body is nested deeper than 500 levels.',
      error: 'InvalidRequestError',
    });
    expect((await send(400)).json()).toEqual({ id: 'x' });
  });

  it('answers every preflight, known path or not, and reflects the origin', async () => {
    const app = await build();
    for (const url of ['/api/public/scores', '/api/public/traces/1', '/api/public/unknown']) {
      const answer = await app.inject({
        method: 'OPTIONS',
        url,
        headers: { origin: 'https://app.example', 'access-control-request-headers': 'authorization,x-langfuse-sdk-name' },
      });
      expect(answer.statusCode).toBe(204);
      expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
      expect(answer.headers['access-control-allow-headers']).toBe('authorization,x-langfuse-sdk-name');
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    }
    const answer = await app.inject({ url: '/api/public/scores', headers: { origin: 'https://app.example' } });
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
    expect((await app.inject({ url: '/page', headers: { origin: 'https://app.example' } })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });
});
