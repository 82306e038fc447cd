import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { langfuseRoutes } from '../../../contract/langfuse/routes.ts';
import { checkResponses, problemOf } from './check-responses.ts';
import { applyLangfuseConventions } from './conventions.ts';

const routeOf = (id: string) => langfuseRoutes.find((route) => route.id === id)!;
const queue = {
  id: 'q',
  name: 'Q',
  description: null,
  scoreConfigIds: ['c'],
  createdAt: '2026-03-04T05:06:07.089Z',
  updatedAt: '2026-03-04T05:06:07.089Z',
};
const numeric = {
  id: 's',
  projectId: 'p',
  name: 'n',
  source: 'API',
  timestamp: '2026-03-04T05:06:07.089Z',
  environment: 'default',
  createdAt: '2026-03-04T05:06:07.089Z',
  updatedAt: '2026-03-04T05:06:07.089Z',
  dataType: 'NUMERIC',
  value: 1,
};

describe('problemOf', () => {
  const ofQueue = (change: object, status = 200) =>
    problemOf(routeOf('getAnnotationQueue'), status, JSON.stringify({ ...queue, ...change }));
  const ofScores = (score: object) =>
    problemOf(routeOf('listScores'), 200, JSON.stringify({ data: [score], meta: { limit: 1 } }));

  it('finds nothing in what fits', () => {
    expect(ofQueue({})).toBeNull();
    expect(ofScores(numeric)).toBeNull();
    expect(problemOf(routeOf('deletePrompt'), 204, '')).toBeNull();
  });

  it.each([
    ['a missing key', { name: undefined }, /^name: .*expected string/],
    ['a wrong type', { scoreConfigIds: [5] }, /^scoreConfigIds\.0: .*expected string/],
    ['null where none may be', { id: null }, /^id: .*expected string, received null/],
    ['a time without milliseconds', { createdAt: '2026-03-04T05:06:07Z' }, /^createdAt: /],
    ['a time that is not UTC', { createdAt: '2026-03-04T05:06:07.089+01:00' }, /^createdAt: /],
    ['an unknown key', { surprise: 1 }, /surprise/],
  ])('names %s', (_name, change, message) => {
    expect(ofQueue(change)).toMatch(message);
  });

  it('names what differs inside a list and a union', () => {
    expect(ofScores({ ...numeric, value: 'one' })).toMatch(/^data\.0\.value: .*expected number/);
    expect(ofScores({ ...numeric, dataType: 'OTHER' })).toMatch(/^data\.0\.dataType: /);
    expect(ofScores({ ...numeric, source: 'ELSEWHERE' })).toMatch(/^data\.0\.source: .*ANNOTATION/);
  });

  it('names a status that the route does not have, and a body where none may be', () => {
    expect(ofQueue({}, 201)).toBe('the route has no status 201');
    expect(problemOf(routeOf('deletePrompt'), 204, '{}')).toBe('the body must be empty');
    expect(problemOf(routeOf('getAnnotationQueue'), 200, '')).toBe('the body is empty');
    expect(problemOf(routeOf('getAnnotationQueue'), 200, 'OK')).toBe('the body is not JSON');
    expect(problemOf(routeOf('getAnnotationQueue'), 200, undefined)).toBe('the answer is not JSON');
    expect(problemOf(routeOf('exportOtlpTraces'), 200, undefined)).toBeNull();
    expect(problemOf(routeOf('getAnnotationQueue'), 304, undefined)).toBeNull();
  });

  it.each([
    ['getAnnotationQueue', 401, { message: 'No' }, true],
    ['getAnnotationQueue', 404, { message: 'No', error: 'LangfuseNotFoundError' }, true],
    ['getAnnotationQueue', 404, { message: 'No' }, false],
    [
      'getAnnotationQueue',
      400,
      { message: 'Invalid request data', error: [{ code: 'custom', path: ['a', 0], message: 'x' }] },
      true,
    ],
    ['getAnnotationQueue', 400, { message: 'Invalid request data', error: [{ path: ['a'], message: 'x' }] }, false],
    ['getAnnotationQueue', 400, { error: { code: 'InvalidRequestError', message: 'x' } }, false],
    ['getScimUser', 404, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: 'x', status: 404 }, true],
    ['getScimUser', 404, { message: 'No', error: 'LangfuseNotFoundError' }, false],
    ['getDashboard', 404, { message: 'No', code: 'resource_not_found' }, true],
    ['getDashboard', 404, { message: 'No', error: 'LangfuseNotFoundError' }, false],
    ['listProjectApiKeys', 403, { error: 'No' }, true],
    ['ingestBatch', 400, { message: 'Invalid request data', errors: [] }, true],
    ['checkHealth', 503, { status: 'Database not available', version: '4.0.0' }, true],
  ])('of the errors of %s with %i: %j is right: %s', (id, status, body, right) => {
    expect(problemOf(routeOf(id), status, JSON.stringify(body)) === null).toBe(right);
  });
});

describe('checkResponses', () => {
  let app = fastify();
  afterEach(() => app.close());

  async function serve(answer: unknown, url = '/annotation-queues/:queueId') {
    const violations: string[] = [];
    app = fastify();
    await app.register(
      async (api) => {
        applyLangfuseConventions(api);
        checkResponses(api, (violation) => violations.push(violation));
        await api.register(async (child) => void child.get(url, async () => answer));
      },
      { prefix: '/api/public' },
    );
    const get = (path: string) => app.inject({ url: `/api/public${path}` });
    return { get, violations };
  }

  it('lets pass what fits, errors and unknown paths too', async () => {
    const { get, violations } = await serve(queue);
    expect((await get('/annotation-queues/q')).json()).toEqual(queue);
    expect((await get('/nowhere')).statusCode).toBe(404);
    expect(violations).toEqual([]);
  });

  it('makes a violation a 500 that names it, and reports it', async () => {
    const { get, violations } = await serve({ ...queue, name: 5 });
    const answer = await get('/annotation-queues/q');
    expect(answer.statusCode).toBe(500);
    expect(answer.json().message).toMatch(/GET \/annotation-queues\/:queueId 200: name: .*expected string/);
    expect(violations).toEqual([expect.stringContaining('GET /annotation-queues/:queueId 200: name: ')]);
  });

  it('reports a route that nobody published', async () => {
    const { get, violations } = await serve({}, '/invented');
    expect((await get('/invented')).statusCode).toBe(500);
    expect(violations).toEqual(['GET /invented 200: is no published route']);
  });
});

it('is on in every test of public routes', async () => {
  const surfaces = join(import.meta.dirname, '..');
  /** Tests of the conventions themselves, on routes made for them. */
  const alone = [
    'check-responses.test.ts',
    'conventions.test.ts',
    'checked-conventions.ts',
    'web.test.ts',
    'instance-admin.test.ts',
  ];
  const unchecked: string[] = [];
  for await (const file of glob('**/{*.test.ts,testing/*.ts}', { cwd: surfaces })) {
    if (alone.includes(basename(file))) continue;
    if (readFileSync(join(surfaces, file), 'utf8').includes('applyLangfuseConventions')) unchecked.push(file);
  }
  expect(unchecked).toEqual([]);
});
