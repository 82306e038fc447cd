import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findColumn, type ListName } from '../../../contract/filter/columns.ts';
import { emptyObservation, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';
import { openReads } from './testing/open-reads.ts';

const at = (iso: string) => Date.parse(iso) * 1000;

/** One trace through two environments: a root in prod, and a generation of another service in staging, that costs and lasts. */
const step = (id: string, more: Partial<ObservationRow>): ObservationRow => ({
  ...emptyObservation('p', 't', id),
  via: 'otlp-http',
  row_version: 1,
  start_time: at('2026-05-01T12:00:00Z'),
  end_time: at('2026-05-01T12:00:10Z'),
  environment: 'prod',
  ...more,
});
const observations = [
  step('root', { name: 'request', user_id: 'anna', tags: ['a'], input: '"in"', output: '"out"', trace_metadata: { k: 'v' } }),
  step('call', {
    parent_id: 'root',
    type: 'GENERATION',
    name: 'call',
    environment: 'stg',
    model: 'gpt-4o',
    start_time: at('2026-05-01T12:00:01Z'),
    end_time: at('2026-05-01T12:00:03Z'),
    total_cost: 0.5,
    cost_details: { total: 0.5 },
  }),
  step('cheap', {
    parent_id: 'root',
    name: 'cheap',
    start_time: at('2026-05-01T12:00:02Z'),
    total_cost: 0.25,
    cost_details: { total: 0.25 },
  }),
];
const score = (id: string, more: Partial<ScoreRow>): ScoreRow => ({
  project_id: 'p',
  id,
  timestamp: at('2026-05-01T13:00:00Z'),
  name: 'quality',
  data_type: 'NUMERIC',
  source: 'API',
  value: 0.5,
  string_value: '',
  comment: '',
  metadata: {},
  trace_id: 't',
  observation_id: '',
  session_id: '',
  dataset_run_id: '',
  execution_trace_id: '',
  config_id: '',
  queue_id: '',
  author_user_id: '',
  environment: 'prod',
  via: 'api',
  api_key: '',
  created_at: at('2026-05-01T13:00:01Z'),
  updated_at: at('2026-05-01T13:00:02Z'),
  row_version: 1,
  is_deleted: 0,
  ...more,
});
const scores = [
  score('judged', { execution_trace_id: 'judge-trace', author_user_id: 'ben', comment: 'too short' }),
  score('elsewhere', { environment: 'stg', timestamp: at('2026-05-02T00:00:00Z') }),
];

let reads: Awaited<ReturnType<typeof openReads>>;
beforeAll(async () => {
  reads = await openReads({ observations, scores });
});
afterAll(() => reads.close());

const ids = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id).sort();
const one = (condition: object) => ({ filter: JSON.stringify([condition]) });

describe('the trace that judged a score', () => {
  const seen: [path: string, scoreIn: (body: never) => unknown][] = [
    ['/scores', (body: { data: { id: string }[] }) => body.data.find(({ id }) => id === 'judged')],
    ['/scores/judged', (body: unknown) => body],
    ['/v2/scores', (body: { data: { id: string }[] }) => body.data.find(({ id }) => id === 'judged')],
    ['/v2/scores/judged', (body: unknown) => body],
    ['/traces/t', (body: { scores: { id: string }[] }) => body.scores.find(({ id }) => id === 'judged')],
  ];
  it.each(seen)('is there in %s', async (path, scoreIn) => {
    expect(scoreIn((await reads.get(path)).body as never)).toMatchObject({ executionTraceId: 'judge-trace' });
  });
});

describe('GET /scores and /v2/scores', () => {
  it.each(['/scores', '/v2/scores'])('%s ignores an operator without a value and a value without an operator', async (path) => {
    expect(ids(await reads.get(path, { operator: '>' }))).toEqual(['elsewhere', 'judged']);
    expect(ids(await reads.get(path, { value: '7' }))).toEqual(['elsewhere', 'judged']);
    expect(ids(await reads.get(path, { operator: '>', value: '7' }))).toEqual([]);
  });

  it.each(['/scores', '/v2/scores'])('%s asks the environment of the trace too when it asks of the trace', async (path) => {
    expect(ids(await reads.get(path, { environment: 'stg' }))).toEqual(['elsewhere']);
    expect(ids(await reads.get(path, { environment: 'stg', userId: 'anna' }))).toEqual([]);
    expect(ids(await reads.get(path, { environment: 'stg', traceTags: 'a' }))).toEqual([]);
    expect(ids(await reads.get(path, { environment: 'prod', userId: 'anna' }))).toEqual(['judged']);
  });

  it('drops unknown groups of fields, and must have the scores', async () => {
    const { body } = await reads.get('/v2/scores', { fields: 'nonsense,score', scoreIds: 'judged' });
    expect(body.data).toEqual([expect.objectContaining({ id: 'judged', trace: null })]);
    expect((await reads.get('/v2/scores', { fields: 'nonsense' })).status).toBe(400);
    expect((await reads.get('/v2/scores', { fields: 'trace,nonsense' })).status).toBe(400);
  });

  it.each([
    [{ type: 'string', column: 'authorUserId', operator: '=', value: 'ben' }, ['judged']],
    [{ type: 'string', column: 'comment', operator: 'contains', value: 'SHORT' }, ['judged']],
    [{ type: 'null', column: 'comment', operator: 'is null', value: '' }, ['elsewhere']],
    [{ type: 'arrayOptions', column: 'trace_tags', operator: 'any of', value: ['a'] }, ['elsewhere', 'judged']],
  ])('filters by %j', async (condition, wanted) => {
    expect(ids(await reads.get('/v2/scores', one(condition)))).toEqual(wanted);
  });
});

describe('GET /v3/scores', () => {
  it('takes userId and traceTags without a value as if they were absent', async () => {
    expect(ids(await reads.get('/v3/scores', { userId: '', traceTags: '' }))).toEqual(['elsewhere', 'judged']);
    expect((await reads.get('/v3/scores', { userId: 'anna' })).status).toBe(400);
    expect((await reads.get('/v3/scores', { nonsense: '' })).status).toBe(400);
  });

  it.each([
    ['2026-05-02', ['judged']],
    ['2026-05-01T24:00:00Z', ['judged']],
    ['2026-05-03', ['elsewhere', 'judged']],
  ])('ends at %s', async (toTimestamp, wanted) => {
    expect(ids(await reads.get('/v3/scores', { toTimestamp }))).toEqual(wanted);
  });
});

describe('groups of fields', () => {
  const withoutIo = { input: null, output: null, metadata: {} };
  it('without io are without input, output and metadata', async () => {
    const { body } = await reads.get('/traces', { fields: 'core,metrics' });
    expect(body.data[0]).toMatchObject({ ...withoutIo, latency: 10, totalCost: 0.75 });
    expect((await reads.get('/traces/t', { fields: 'core' })).body).toMatchObject({ ...withoutIo, latency: -1 });
  });

  it('of which none is known are as if there was no choice', async () => {
    for (const fields of ['nonsense', 'nonsense,more']) {
      expect(await reads.get('/traces', { fields })).toEqual(await reads.get('/traces'));
      expect(await reads.get('/traces/t', { fields })).toEqual(await reads.get('/traces/t'));
      expect(await reads.get('/v2/observations', { fields })).toEqual(await reads.get('/v2/observations'));
    }
  });

  it('model names the model by both names', async () => {
    const { body } = await reads.get('/v2/observations', { fields: 'model', name: 'call' });
    expect(body.data[0]).toMatchObject({ model: 'gpt-4o', providedModelName: 'gpt-4o' });
  });
});

describe('traces of one environment', () => {
  it.each([
    ['by parameter', { environment: 'prod' }],
    ['by filter', one({ type: 'stringOptions', column: 'environment', operator: 'any of', value: ['prod'] })],
  ])('count what is in it: %s', async (_how, query) => {
    const { body } = await reads.get('/traces', query);
    expect(body.data).toEqual([
      expect.objectContaining({ observations: ['root', 'cheap'], scores: ['judged'], latency: 10, totalCost: 0.25 }),
    ]);
  });

  it('have everything when no environment is asked for', async () => {
    const { body } = await reads.get('/traces');
    expect(body.data[0].observations.toSorted()).toEqual(['call', 'cheap', 'root']);
    expect(body.data[0]).toMatchObject({ scores: ['judged', 'elsewhere'], totalCost: 0.75 });
  });
});

describe('filters of every list', () => {
  it.each(['/observations', '/v2/observations'])('%s by the environment of the trace', async (path) => {
    const inTrace = (value: string) => one({ type: 'string', column: 'traceEnvironment', operator: '=', value });
    expect(ids(await reads.get(path, inTrace('prod')))).toEqual(['call', 'cheap', 'root']);
    expect(ids(await reads.get(path, inTrace('stg')))).toEqual([]);
  });

  it.each(['', ' ', '!?', '--'])('refuses words that are none: %j', async (value) => {
    const { status, body } = await reads.get(
      '/v2/observations',
      one({ type: 'string', column: 'input', operator: 'matches', value }),
    );
    expect([status, body.message]).toEqual([400, expect.stringContaining('"matches"')]);
  });

  const times: [path: string, column: string, all: string[]][] = [
    ['/traces', 'timestamp', ['t']],
    ['/observations', 'startTime', ['call', 'cheap', 'root']],
    ['/v2/observations', 'startTime', ['call', 'cheap', 'root']],
    ['/v2/scores', 'timestamp', ['elsewhere', 'judged']],
  ];
  it.each(times)('takes any time that JavaScript reads: %s', async (path, column, all) => {
    const filtered = (operator: string, value: string) => reads.get(path, one({ type: 'datetime', column, operator, value }));
    expect(ids(await filtered('>=', '2026-05-01'))).toEqual(all);
    expect(ids(await filtered('<', '2026-05-01'))).toEqual([]);
    expect(ids(await filtered('<', '2026-05-02T24:00:00Z'))).toEqual(all);
    expect((await filtered('<', 'yesterday')).status).toBe(400);
  });

  const printed: [ListName, string, string][] = [
    ['traces', 'Trace Name', 'name'],
    ['traces', 'Latency (s)', 'latency'],
    ['traces', 'Total Cost ($)', 'totalCost'],
    ['traces', 'Error Level Count', 'errorCount'],
    ['traces', 'Scores (numeric)', 'scores_avg'],
    ['traces', 'Trace Tags', 'tags'],
    ['traces', 'Trace ID', 'id'],
    ['observations', 'Trace Environment', 'traceEnvironment'],
    ['observations', 'Time To First Token (s)', 'timeToFirstToken'],
    ['observations', 'Tokens per second', 'tokensPerSecond'],
    ['observations', 'Provided Model Name', 'model'],
    ['observations', 'Available Tools', 'toolDefinitions'],
    ['observations', 'Parent Observation ID', 'parentObservationId'],
    ['observations', 'Is Root Observation', 'isRootObservation'],
    ['scores', 'Author User ID', 'authorUserId'],
    ['scores', 'Trace Tags', 'tags'],
    ['scores', 'String Value', 'stringValue'],
  ];
  it.each(printed)('of %s take the name on the page: %s', (list, name, id) => {
    expect(findColumn(list, name)?.id).toBe(id);
  });

  it('asks by such a name', async () => {
    expect(
      ids(await reads.get('/traces', one({ type: 'string', column: 'Trace Name', operator: '=', value: 'request' }))),
    ).toEqual(['t']);
    expect(ids(await reads.get('/traces', one({ type: 'number', column: 'Latency (s)', operator: '>', value: 60 })))).toEqual([]);
  });
});
