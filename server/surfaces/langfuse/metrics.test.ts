import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyIdentity } from '../../domains/access/index.ts';
import { unauthorized } from '../../lib/errors.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { langfuseReads } from './reads.ts';
import { applyCheckedConventions } from './testing/checked-conventions.ts';

const at = (iso: string) => Date.parse(iso) * 1000;
const step = (traceId: string, id: string, start: string, more: Partial<ObservationRow> = {}): ObservationRow => ({
  ...emptyObservation('p', traceId, id),
  start_time: at(start),
  row_version: 1,
  ...more,
});
const call = (model: string, input: number, output: number, cost: number): Partial<ObservationRow> => ({
  type: 'GENERATION',
  model,
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  total_cost: cost,
});
const observations = [
  step('t1', 'a', '2026-05-01T23:30:00Z', {
    end_time: at('2026-05-01T23:30:02.500Z'),
    trace_name: 'chat',
    user_id: 'bob',
    tags: ['x', 'y'],
  }),
  step('t1', 'b', '2026-05-01T23:30:01Z', { parent_id: 'a', ...call('gpt', 10, 5, 0.5) }),
  // Ran past midnight: belongs to the day of its trace.
  step('t1', 'c', '2026-05-02T00:30:00Z', { parent_id: 'a', ...call('gpt', 1, 2, 0.25) }),
  step('t2', 'd', '2026-05-01T23:59:59.999Z', { ...call('claude', 7, 3, 2), environment: 'staging', tags: ['x'] }),
  step('t3', 'e', '2026-05-03T08:00:00Z', { trace_name: 'chat', ...call('gpt', 4, 4, 0.125) }),
  step('t1', 'leak', '2026-05-01T23:30:00Z', { project_id: 'q', ...call('gpt', 1000, 1000, 1000) }),
];

const keys: Record<string, Partial<KeyIdentity>> = {
  project: { scope: 'project', projectId: 'p' },
  foreign: { scope: 'project', projectId: 'q' },
  public: { scope: 'scores', projectId: 'p' },
};

let app: FastifyInstance;
let close: () => Promise<void>;
beforeAll(async () => {
  const opened = await openTestStore();
  close = opened.close;
  await opened.store.insert({ observations });
  app = Fastify();
  await app.register(
    async (scope) => {
      applyCheckedConventions(scope);
      const authenticateKey = async (authorization: string | undefined) => {
        const key = keys[authorization ?? ''];
        if (!key) throw unauthorized('No authorization header');
        return { keyId: 'k', publicKey: 'pk', organisationId: 'o', projectId: null, scope: 'project', ...key } as KeyIdentity;
      };
      await scope.register(langfuseReads({ access: { authenticateKey }, store: opened.store, findPrices: () => null }));
    },
    { prefix: '/api/public' },
  );
});
afterAll(async () => {
  await app.close();
  await close();
});

async function get(path: string, authorization = 'project') {
  const headers = authorization ? { authorization } : {};
  const answer = await app.inject({ url: `/api/public${path}`, headers });
  return { status: answer.statusCode, body: answer.json() };
}
const question = {
  view: 'observations',
  metrics: [
    { measure: 'totalCost', aggregation: 'sum' },
    { measure: 'count', aggregation: 'count' },
  ],
  fromTimestamp: '2026-05-01T00:00:00Z',
  toTimestamp: '2026-05-04T00:00:00Z',
};
const asking = (path: string, more: object = {}, authorization = 'project') =>
  get(`${path}?query=${encodeURIComponent(JSON.stringify({ ...question, ...more }))}`, authorization);

describe.each(['/metrics', '/v2/metrics'])('GET %s', (path) => {
  it('groups by a dimension, the first metric from the top', async () => {
    expect(await asking(path, { dimensions: [{ field: 'providedModelName' }] })).toEqual({
      status: 200,
      body: {
        data: [
          { providedModelName: 'claude', sum_totalCost: 2, count_count: 1 },
          { providedModelName: 'gpt', sum_totalCost: 0.875, count_count: 3 },
          { providedModelName: null, sum_totalCost: 0, count_count: 1 },
        ],
      },
    });
  });

  it('gives every day before the one that the range ends in', async () => {
    const filters = [{ type: 'string', column: 'traceName', operator: '=', value: 'chat' }];
    const metrics = question.metrics.slice(1);
    const { body } = await asking(path, { timeDimension: { granularity: 'auto' }, filters, metrics });
    // 72 hours are the first range that is not cut into hours.
    expect(body.data).toEqual([
      { time_dimension: '2026-05-01T00:00:00.000Z', count_count: 2 },
      { time_dimension: '2026-05-02T00:00:00.000Z', count_count: 1 },
      { time_dimension: '2026-05-03T00:00:00.000Z', count_count: 1 },
    ]);
  });

  it('needs the key of a project', async () => {
    expect(await asking(path, {}, '')).toEqual({ status: 401, body: { message: 'No authorization header' } });
    expect((await asking(path, {}, 'public')).status).toBe(403);
    expect((await asking(path, {}, 'foreign')).body.data).toEqual([{ sum_totalCost: 1000, count_count: 1 }]);
  });

  it.each([
    ['no question', '', ['query']],
    ['no JSON', '?query=%7Bnope', ['query']],
    ['a text', '?query=%22a%22', ['query']],
  ])('refuses %s', async (_, search, issue) => {
    const { status, body } = await get(path + search);
    expect([status, body.message, body.error[0].path]).toEqual([400, 'Invalid request data', issue]);
  });

  it.each([
    [{ view: 'nope' }, ['query', 'view']],
    [{ metrics: [] }, ['query', 'metrics']],
    [{ metrics: [{ measure: 'count', aggregation: 'median' }] }, ['query', 'metrics', 0, 'aggregation']],
    [{ toTimestamp: undefined }, ['query', 'toTimestamp']],
    [{ toTimestamp: question.fromTimestamp }, ['query', 'fromTimestamp']],
    [{ timeDimension: { granularity: 'year' } }, ['query', 'timeDimension', 'granularity']],
    [{ config: { row_limit: 1001 } }, ['query', 'config', 'row_limit']],
    [{ config: { bins: 0 } }, ['query', 'config', 'bins']],
    [{ orderBy: [{ field: 'count_count', direction: 'down' }] }, ['query', 'orderBy', 0, 'direction']],
    [{ filters: [{ type: 'string', column: 'name', operator: '>', value: 'a' }] }, ['query', 'filters', 0, 'operator']],
  ])('refuses %j', async (more, issue) => {
    const { status, body } = await asking(path, more);
    expect([status, body.error[0].path]).toEqual([400, issue]);
  });

  it('refuses an unknown dimension by name', async () => {
    const { status, body } = await asking(path, { dimensions: [{ field: 'nope' }] });
    expect([status, body.error]).toEqual([400, 'InvalidRequestError']);
    expect(body.message).toContain('dimensions[0].field: "nope"');
  });
});

it('traces are a view of the first version, their latency in milliseconds', async () => {
  const asked = {
    view: 'traces',
    dimensions: [{ field: 'id' }],
    metrics: [{ measure: 'latency', aggregation: 'max' }],
    filters: [{ type: 'arrayOptions', column: 'tags', operator: 'any of', value: ['y'] }],
    toTimestamp: '2026-05-01T23:45:00Z',
  };
  const { body } = await asking('/metrics', asked);
  expect(body).toEqual({ data: [{ id: 't1', max_latency: 3_600_000 }] });
  expect((await asking('/v2/metrics', asked)).status).toBe(400);
});

describe('GET /metrics/daily', () => {
  const first = {
    date: '2026-05-01',
    countTraces: 2,
    countObservations: 4,
    totalCost: 2.75,
    usage: [
      { model: 'claude', inputUsage: 7, outputUsage: 3, totalUsage: 10, countObservations: 1, countTraces: 1, totalCost: 2 },
      { model: 'gpt', inputUsage: 11, outputUsage: 7, totalUsage: 18, countObservations: 2, countTraces: 1, totalCost: 0.75 },
      { model: null, inputUsage: 0, outputUsage: 0, totalUsage: 0, countObservations: 1, countTraces: 1, totalCost: 0 },
    ],
  };
  const third = {
    date: '2026-05-03',
    countTraces: 1,
    countObservations: 1,
    totalCost: 0.125,
    usage: [
      { model: 'gpt', inputUsage: 4, outputUsage: 4, totalUsage: 8, countObservations: 1, countTraces: 1, totalCost: 0.125 },
    ],
  };
  it('counts the days of traces, newest first, in pages', async () => {
    const meta = { page: 1, limit: 50, totalItems: 2, totalPages: 1 };
    expect(await get('/metrics/daily')).toEqual({ status: 200, body: { data: [third, first], meta } });
    const { body } = await get('/metrics/daily?page=2&limit=1');
    expect(body).toEqual({ data: [first], meta: { page: 2, limit: 1, totalItems: 2, totalPages: 2 } });
    expect((await get('/metrics/daily?page=3')).body.data).toEqual([]);
  });

  it.each([
    ['traceName=chat', { '2026-05-03': 1, '2026-05-01': 1 }],
    ['userId=bob', { '2026-05-01': 1 }],
    ['tags=x', { '2026-05-01': 2 }],
    ['tags=x&tags=y', { '2026-05-01': 1 }],
    ['environment=staging', { '2026-05-01': 1 }],
    ['fromTimestamp=2026-05-01T23:45:00Z', { '2026-05-03': 1, '2026-05-01': 1 }],
    ['toTimestamp=2026-05-01T23:45:00Z', { '2026-05-01': 1 }],
  ])('takes %s', async (search, counts) => {
    const { body } = await get(`/metrics/daily?${search}`);
    const found = body.data.map((day: { date: string; countTraces: number }) => [day.date, day.countTraces]);
    expect(found).toEqual(Object.entries(counts));
  });

  it('needs the key of a project and a time that is one', async () => {
    expect((await get('/metrics/daily', '')).status).toBe(401);
    expect((await get('/metrics/daily', 'public')).status).toBe(403);
    expect((await get('/metrics/daily', 'foreign')).body.data[0].totalCost).toBe(1000);
    const { status, body } = await get('/metrics/daily?fromTimestamp=soon');
    expect([status, body.error[0].path]).toEqual([400, ['fromTimestamp']]);
    expect((await get('/metrics/daily?limit=101')).status).toBe(400);
  });
});
