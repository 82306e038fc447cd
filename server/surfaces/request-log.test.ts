import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../lib/log.ts';
import { requestIdOf, returnRequestIds } from './http/index.ts';
import { createStoreMeter, measureRequests } from './prometheus/request-metrics.ts';
import { logRequests } from './request-log.ts';
import { requireHttpsAgain } from './transport-security.ts';

const lines: Record<string, unknown>[] = [];
const registry = new Registry();
const log = createLogger('debug', { destination: { write: (line) => void lines.push(JSON.parse(line)) } });
const app = Fastify({
  loggerInstance: log as FastifyBaseLogger,
  genReqId: requestIdOf,
  logController: new LogController({ disableRequestLogging: true }),
  trustProxy: true,
});

beforeAll(() => {
  returnRequestIds(app);
  requireHttpsAgain(app);
  logRequests(app);
  measureRequests(app, registry);
  app.get('/people/:name', async (_request, reply) => reply.code(403).send('no'));
  app.get('/busy', async (_request, reply) => reply.code(503).send('later'));
  app.get('/broken', async () => Promise.reject(new Error('x')));
  app.get('/fine', async () => 'ok');
});
afterAll(() => app.close());

const loggedOf = async (url: string, headers: Record<string, string> = {}) => {
  lines.length = 0;
  const answer = await app.inject({ url, headers });
  return { answer, line: lines.find(({ msg }) => String(msg).startsWith('request ')) };
};

it('tells of a refused request where, how and under which ids, but not who or what', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { line } = await loggedOf('/people/ada%40example.com?token=secret', {
    authorization: 'Bearer secret',
    'x-correlation-id': 'order-4711',
    'x-request-id': 'r-1',
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  });
  expect(line).toMatchObject({ level: 'warn', msg: 'request refused', method: 'GET', path: '/people/:name', status: 403 });
  expect(line).toMatchObject({ reqId: 'r-1', correlationId: 'order-4711', traceId });
  expect(JSON.stringify(lines)).not.toMatch(/secret|ada|example/);
});

it('has a level for each kind of end', async () => {
  expect((await loggedOf('/busy')).line).toMatchObject({ level: 'warn', status: 503 });
  expect((await loggedOf('/broken')).line).toMatchObject({ level: 'error', status: 500, msg: 'request failed' });
  expect((await loggedOf('/nowhere?x=secret')).line).toMatchObject({ level: 'warn', status: 404, path: '/nowhere' });
  expect((await loggedOf('/fine')).line).toMatchObject({ level: 'debug', status: 200 });
});

it('takes and returns the ids of a caller, and makes time-ordered ones', async () => {
  const both = (headers: Record<string, string>) =>
    app.inject({ url: '/fine', headers }).then(({ headers: told }) => [told['x-request-id'], told['x-correlation-id']]);
  expect(await both({ 'x-request-id': 'r', 'x-correlation-id': 'c' })).toEqual(['r', 'c']);
  expect(await both({ 'x-correlation-id': 'c' })).toEqual(['c', 'c']);
  expect(await both({ 'x-request-id': 'r' })).toEqual(['r', 'r']);
  const [made, correlated] = await both({ 'x-correlation-id': 'with space and "quotes"' });
  expect(made).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(correlated).toBe(made);
  expect(Math.abs(Number.parseInt(made!.toString().replaceAll('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(60_000);
});

it('counts and times requests by what was declared', async () => {
  for (const name of ['a', 'b', 'c']) await app.inject(`/people/${name}`);
  const text = await registry.metrics();
  expect(text).toMatch(/http_requests_total\{method="GET",endpoint="\/people\/:name",status="403"\} 4/);
  expect(text).toMatch(
    /http_request_duration_seconds_bucket\{le="0.01",method="GET",endpoint="\/people\/:name",status="403"\} \d/,
  );
  expect(text).not.toContain('nowhere');
  expect(text).toMatch(/^http_requests_in_progress 0$/m);
});

it('times the questions of a store, those that fail too', async () => {
  const meter = createStoreMeter(registry);
  const store = meter.measured(
    { ping: () => 1, query: async (sql: string) => `${sql}!`, insert: () => Promise.reject(new Error('full')) },
    'facts',
    ['query', 'insert'],
  );
  expect(await store.query('a')).toBe('a!');
  await expect(store.insert()).rejects.toThrow('full');
  expect(store.ping()).toBe(1);
  const text = await registry.metrics();
  expect(text).toMatch(/db_query_duration_seconds_count\{store="facts",method="query"\} 1/);
  expect(text).toMatch(/db_query_duration_seconds_count\{store="facts",method="insert"\} 1/);
  expect(text).toMatch(/db_connections_active\{store="facts"\} 0/);
});

it('keeps browsers on https once they came by it', async () => {
  expect((await app.inject('/fine')).headers).not.toHaveProperty('strict-transport-security');
  const secure = await app.inject({ url: '/fine', headers: { 'x-forwarded-proto': 'https' } });
  expect(secure.headers['strict-transport-security']).toBe('max-age=31536000');
});
