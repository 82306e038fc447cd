import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyIdentity } from '../../domains/access/index.ts';
import { unauthorized } from '../../lib/errors.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';
import { langfuseReads } from './reads.ts';
import { applyCheckedConventions } from './testing/checked-conventions.ts';

const at = (iso: string) => Date.parse(iso) * 1000;
const base = {
  project_id: 'p',
  via: 'otlp-http',
  row_version: 1,
  created_at: at('2026-05-01T12:00:09Z'),
  updated_at: at('2026-05-01T12:00:10Z'),
} as const;

const generation: ObservationRow = {
  ...emptyObservation('p', 't1', 'gen'),
  ...base,
  parent_id: 'root',
  type: 'GENERATION',
  name: 'call',
  start_time: at('2026-05-01T12:00:01.250Z'),
  end_time: at('2026-05-01T12:00:03.750Z'),
  completion_start_time: at('2026-05-01T12:00:02.250Z'),
  level: 'WARNING',
  status_message: 'slow',
  version: 'v7',
  environment: 'production',
  model: 'gpt-4o',
  model_parameters: '{"temperature":0.5,"stream":true,"stop":["a"],"tier":"x","none":null}',
  usage_details: { input: 10, input_cached_tokens: 2, output: 5, total: 17 },
  cost_details: { input: 0.25, output: 0.5, total: 0.75 },
  total_cost: 0.75,
  input_tokens: 12,
  output_tokens: 5,
  total_tokens: 17,
  price_model_id: 'm-1',
  price_tier_id: 'm-1_tier_default',
  price_tier_name: 'Standard',
  prompt_id: 'prompt-1',
  prompt_name: 'greet',
  prompt_version: 3,
  input: '[{"role":"user","content":"hi"}]',
  output: '2',
  metadata: {
    n: '5',
    'deep.er': '"x"',
    long: 'é'.repeat(300),
    'resourceAttributes.service.name': 'shop',
    'attributes.gen_ai.system': 'openai',
  },
};
const root: ObservationRow = {
  ...emptyObservation('p', 't1', 'root'),
  ...base,
  name: 'request',
  start_time: at('2026-05-01T12:00:00Z'),
  end_time: at('2026-05-01T12:00:04Z'),
  environment: 'production',
  input: 'plain text',
  output: '',
  user_id: 'bob',
  session_id: 'chat 1/ü',
  tags: ['b', 'a'],
  release: 'r1',
  trace_metadata: { plan: 'pro', count: '7' },
};
const other: ObservationRow = {
  ...emptyObservation('p', 't2', 'other'),
  ...base,
  start_time: at('2026-05-02T00:00:00Z'),
  name: 'later',
  prompt_name: 'gone',
  prompt_version: 1,
};
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
  trace_id: 't1',
  observation_id: '',
  session_id: '',
  dataset_run_id: '',
  execution_trace_id: '',
  config_id: '',
  queue_id: '',
  author_user_id: '',
  environment: 'default',
  via: 'api',
  api_key: '',
  created_at: at('2026-05-01T13:00:01Z'),
  updated_at: at('2026-05-01T13:00:02Z'),
  row_version: 1,
  is_deleted: 0,
  ...more,
});
const scores = [
  score('s1', { comment: 'fine', metadata: { why: '{"a":1}' } }),
  score('s2', { name: 'ok', data_type: 'BOOLEAN', value: 1, observation_id: 'gen', timestamp: at('2026-05-01T13:00:05Z') }),
  score('s3', { name: 'tone', data_type: 'CATEGORICAL', value: 0, string_value: 'kind', timestamp: at('2026-05-01T13:00:04Z') }),
  score('s4', { name: 'note', data_type: 'TEXT', value: null, string_value: 'words', timestamp: at('2026-05-01T13:00:03Z') }),
  score('s5', {
    name: 'output',
    data_type: 'CORRECTION',
    value: 0,
    string_value: 'better',
    timestamp: at('2026-05-01T13:00:02Z'),
  }),
  score('s6', { trace_id: '', session_id: 'chat 1/ü', timestamp: at('2026-05-01T13:00:01Z') }),
];

const keys: Record<string, Partial<KeyIdentity>> = {
  project: { scope: 'project', projectId: 'p' },
  foreign: { scope: 'project', projectId: 'q' },
  public: { scope: 'scores', projectId: 'p' },
  organisation: { scope: 'organisation', projectId: null },
};

let app: FastifyInstance;
let store: AnalyticsStore;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert({ observations: [generation, root, other], scores });
  app = Fastify();
  await app.register(
    async (scope) => {
      applyCheckedConventions(scope);
      const authenticateKey = async (authorization: string | undefined) => {
        const key = keys[authorization ?? ''];
        if (!key) throw unauthorized('No authorization header');
        return { keyId: 'k', publicKey: 'pk', organisationId: 'o', projectId: null, scope: 'project', ...key } as KeyIdentity;
      };
      const findPrices = (_project: string, model: string) => (model === 'm-1' ? { input: 0.0000025, output: 1e-9 } : null);
      await scope.register(langfuseReads({ access: { authenticateKey }, store, findPrices }));
    },
    { prefix: '/api/public' },
  );
});
afterAll(async () => {
  await app.close();
  await close();
});

async function get(path: string, authorization = 'project') {
  const answer = await app.inject({ url: `/api/public${path}`, headers: { authorization } });
  return { status: answer.statusCode, body: answer.json() };
}
const ids = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);

const traceCore = {
  id: 't1',
  projectId: 'p',
  timestamp: '2026-05-01T12:00:00.000Z',
  name: 'request',
  environment: 'production',
  release: 'r1',
  version: 'v7',
  userId: 'bob',
  sessionId: 'chat 1/ü',
  tags: ['a', 'b'],
  public: false,
  bookmarked: false,
  externalId: null,
  createdAt: '2026-05-01T12:00:09.000Z',
  updatedAt: '2026-05-01T12:00:10.000Z',
  htmlPath: '/project/p/traces/t1',
};
const generationBody = {
  id: 'gen',
  traceId: 't1',
  projectId: 'p',
  type: 'GENERATION',
  name: 'call',
  environment: 'production',
  parentObservationId: 'root',
  startTime: '2026-05-01T12:00:01.250Z',
  endTime: '2026-05-01T12:00:03.750Z',
  completionStartTime: '2026-05-01T12:00:02.250Z',
  level: 'WARNING',
  statusMessage: 'slow',
  version: 'v7',
  input: [{ role: 'user', content: 'hi' }],
  output: 2,
  metadata: {
    n: 5,
    deep: { er: 'x' },
    long: 'é'.repeat(300),
    resourceAttributes: { 'service.name': 'shop' },
    attributes: { 'gen_ai.system': 'openai' },
  },
  model: 'gpt-4o',
  modelParameters: { temperature: 0.5, stream: 'true', stop: '["a"]', tier: 'x', none: null },
  promptId: 'prompt-1',
  promptName: 'greet',
  promptVersion: 3,
  usageDetails: { input: 10, input_cached_tokens: 2, output: 5, total: 17 },
  costDetails: { input: 0.25, output: 0.5, total: 0.75 },
  usage: { unit: 'TOKENS', input: 12, output: 5, total: 17 },
  unit: 'TOKENS',
  promptTokens: 12,
  completionTokens: 5,
  totalTokens: 17,
  modelId: 'm-1',
  inputPrice: 0.0000025,
  outputPrice: 1e-9,
  totalPrice: null,
  calculatedInputCost: 0.25,
  calculatedOutputCost: 0.5,
  calculatedTotalCost: 0.75,
  usagePricingTierId: 'm-1_tier_default',
  usagePricingTierName: 'Standard',
  latency: 2.5,
  timeToFirstToken: 1,
  createdAt: '2026-05-01T12:00:09.000Z',
  updatedAt: '2026-05-01T12:00:10.000Z',
};

describe('GET /traces', () => {
  it('lists newest first with meta', async () => {
    const { status, body } = await get('/traces');
    expect(status).toBe(200);
    expect(ids(body)).toEqual(['t2', 't1']);
    expect(body.meta).toEqual({ page: 1, limit: 50, totalItems: 2, totalPages: 1 });
    expect(body.data[1]).toEqual({
      ...traceCore,
      input: 'plain text',
      output: null,
      metadata: { plan: 'pro', count: 7 },
      latency: 4,
      totalCost: 0.75,
      observations: ['root', 'gen'],
      scores: ['s1', 's4', 's3', 's2'],
    });
  });

  it.each([
    ['{"type":"string","column":"name","operator":"!!","value":"x"}', /^filter\[1\] \(column "name"\): Invalid option/],
    ['{"type":"text","column":"name","operator":"=","value":"x"}', /^filter\[1\] \(column "name"\): Invalid discriminator/],
    ['5', /^filter\[1\]: Invalid input/],
  ])('says which condition of a filter is wrong: %s', async (wrong, message) => {
    const filter = `[{"type":"string","column":"name","operator":"=","value":"x"},${wrong}]`;
    const { status, body } = await get(`/traces?filter=${encodeURIComponent(filter)}`);
    expect(status).toBe(400);
    expect(body.error).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
    expect(body.error[0].path.slice(0, 2)).toEqual(['filter', 1]);
  });

  it('says which condition of a filter does not fit its column', async () => {
    const filter =
      '[{"type":"string","column":"name","operator":"=","value":"x"},{"type":"number","column":"name","operator":"=","value":5}]';
    const { status, body } = await get(`/traces?filter=${encodeURIComponent(filter)}`);
    expect([status, body.error]).toEqual([400, 'InvalidRequestError']);
    expect(body.message).toMatch(/^filter\[1\]: Column "name" takes a condition of type string/);
  });

  it('gives only the chosen groups', async () => {
    const { body } = await get('/traces?fields=core,nonsense&userId=bob');
    const nothing = { input: null, output: null, metadata: {}, latency: -1, totalCost: -1, observations: [], scores: [] };
    expect(body.data).toEqual([{ ...traceCore, ...nothing }]);
  });

  it.each([
    ['userId=bob', ['t1']],
    ['name=later', ['t2']],
    ['sessionId=chat%201%2F%C3%BC', ['t1']],
    ['tags=a&tags=b', ['t1']],
    ['tags=a,b', ['t1']],
    ['tags=a,c', []],
    ['environment=production&environment=x', ['t1']],
    ['release=r1', ['t1']],
    ['fromTimestamp=2026-05-02T00:00:00Z', ['t2']],
    ['toTimestamp=2026-05-02T00:00:00Z', ['t1']],
    ['orderBy=timestamp.asc', ['t1', 't2']],
    ['orderBy=totalCost.desc', ['t1', 't2']],
    ['orderBy=tags.asc', ['t2', 't1']],
    ['orderBy=public.asc', ['t1', 't2']],
    ['orderBy=bookmarked.desc', ['t2', 't1']],
    ['page=2&limit=1', ['t1']],
    ['page=9', []],
    ['page=&limit=&userId=', ['t2', 't1']],
    [`filter=${encodeURIComponent('[{"type":"number","column":"totalCost","operator":">","value":0.5}]')}`, ['t1']],
    [`userId=nobody&filter=${encodeURIComponent('[{"type":"string","column":"userId","operator":"=","value":"bob"}]')}`, ['t1']],
    [`filter=${encodeURIComponent('[{"type":"arrayOptions","column":"traceTags","operator":"any of","value":["b"]}]')}`, ['t1']],
    [
      `filter=${encodeURIComponent('[{"type":"numberObject","column":"scores_avg","key":"quality","operator":"<","value":1}]')}`,
      ['t1'],
    ],
  ])('?%s', async (query, wanted) => {
    const { status, body } = await get(`/traces?${query}`);
    expect(status).toBe(200);
    expect(ids(body)).toEqual(wanted);
  });

  it('counts pages also beyond the last', async () => {
    expect((await get('/traces?page=9&limit=1')).body.meta).toEqual({ page: 9, limit: 1, totalItems: 2, totalPages: 2 });
    expect((await get('/traces?name=none')).body.meta).toEqual({ page: 1, limit: 50, totalItems: 0, totalPages: 0 });
  });

  it.each([
    'page=0',
    'limit=0',
    'limit=101',
    'page=x',
    'page=1.5',
    'fromTimestamp=yesterday',
    'filter=nonsense',
    'filter=[{"type":"x"}]',
  ])('answers ?%s with 400 and issues', async (query) => {
    const { status, body } = await get(`/traces?${encodeURI(query)}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      message: 'Invalid request data',
      error: [{ code: expect.any(String), path: expect.arrayContaining([query.split('=')[0]]), message: expect.any(String) }],
    });
  });

  it('names an unknown column', async () => {
    const filter = encodeURIComponent('[{"type":"string","column":"nope","operator":"=","value":"x"}]');
    expect(await get(`/traces?filter=${filter}`)).toMatchObject({
      status: 400,
      body: { error: 'InvalidRequestError', message: expect.stringContaining('nope') },
    });
    expect(await get('/traces?orderBy=nope.desc')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('nope') },
    });
    expect(await get('/traces?orderBy=name.sideways')).toMatchObject({ status: 400 });
  });
});

describe('GET /traces/{id}', () => {
  it('has observations and scores whole', async () => {
    const { status, body } = await get('/traces/t1');
    expect(status).toBe(200);
    const { observations, scores: listed, ...trace } = body;
    expect(trace).toEqual({
      ...traceCore,
      input: 'plain text',
      output: null,
      metadata: { plan: 'pro', count: 7 },
      latency: 4,
      totalCost: 0.75,
    });
    expect(observations.map(({ id }: { id: string }) => id)).toEqual(['root', 'gen']);
    expect(observations[1]).toEqual(generationBody);
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(['s1', 's4', 's3', 's2']);
    expect(listed[0]).toEqual({
      id: 's1',
      projectId: 'p',
      name: 'quality',
      source: 'API',
      timestamp: '2026-05-01T13:00:00.000Z',
      environment: 'default',
      createdAt: '2026-05-01T13:00:01.000Z',
      updatedAt: '2026-05-01T13:00:02.000Z',
      comment: 'fine',
      configId: null,
      metadata: { why: { a: 1 } },
      authorUserId: null,
      queueId: null,
      traceId: 't1',
      observationId: null,
      executionTraceId: null,
      dataType: 'NUMERIC',
      value: 0.5,
      stringValue: null,
    });
  });

  it('is 404 for an unknown one and for another project', async () => {
    const missing = {
      status: 404,
      body: { message: 'Trace t1 not found within authorized project', error: 'LangfuseNotFoundError' },
    };
    expect(await get('/traces/t1', 'foreign')).toEqual(missing);
    expect((await get('/traces/nope')).status).toBe(404);
  });
});

describe('GET /observations', () => {
  it('lists newest first and gets one', async () => {
    const { body } = await get('/observations');
    expect(ids(body)).toEqual(['other', 'gen', 'root']);
    expect(body.meta).toEqual({ page: 1, limit: 50, totalItems: 3, totalPages: 1 });
    expect(body.data[1]).toEqual(generationBody);
    expect((await get('/observations/gen')).body).toEqual(generationBody);
    expect((await get('/observations/gen', 'foreign')).status).toBe(404);
  });

  it('has null where nothing is known, and no prompt that does not exist', async () => {
    expect((await get('/observations/other')).body).toMatchObject({
      endTime: null,
      completionStartTime: null,
      parentObservationId: null,
      statusMessage: null,
      model: null,
      modelId: null,
      modelParameters: {},
      metadata: {},
      input: null,
      output: null,
      promptId: null,
      promptName: null,
      promptVersion: null,
      usage: { unit: 'TOKENS', input: 0, output: 0, total: 0 },
      usageDetails: {},
      costDetails: {},
      calculatedTotalCost: null,
      latency: null,
      timeToFirstToken: null,
    });
  });

  it.each([
    ['type=GENERATION', ['gen']],
    ['userId=bob', ['gen', 'root']],
    ['traceId=t1', ['gen', 'root']],
    ['level=WARNING', ['gen']],
    ['parentObservationId=root', ['gen']],
    ['environment=production', ['gen', 'root']],
    ['fromStartTime=2026-05-01T12:00:01.250Z&toStartTime=2026-05-02T00:00:00Z', ['gen']],
    ['version=v7', ['gen']],
    ['name=later', ['other']],
    [
      `filter=${encodeURIComponent('[{"type":"stringOptions","column":"tags","operator":"any of","value":["a"]}]')}`,
      ['gen', 'root'],
    ],
  ])('?%s', async (query, wanted) => {
    expect(ids((await get(`/observations?${query}`)).body)).toEqual(wanted);
    expect(ids((await get(`/v2/observations?${query}`)).body)).toEqual(wanted);
  });

  it('refuses an unknown level', async () => {
    expect((await get('/observations?level=LOUD')).status).toBe(400);
  });
});

describe('GET /v2/observations', () => {
  it('gives core and basic by default', async () => {
    const { body } = await get('/v2/observations?traceId=t1&limit=1');
    expect(body.data).toEqual([
      {
        id: 'gen',
        traceId: 't1',
        startTime: '2026-05-01T12:00:01.250Z',
        endTime: '2026-05-01T12:00:03.750Z',
        projectId: 'p',
        parentObservationId: 'root',
        type: 'GENERATION',
        name: 'call',
        level: 'WARNING',
        statusMessage: 'slow',
        version: 'v7',
        environment: 'production',
        bookmarked: false,
        public: false,
        userId: 'bob',
        sessionId: 'chat 1/ü',
        isRootObservation: false,
        modelId: null,
        inputPrice: null,
        outputPrice: null,
        totalPrice: null,
      },
    ]);
  });

  it('gives all groups, texts raw and metadata cut', async () => {
    const fields = 'io,metadata,model,usage,prompt,metrics,time,trace_context,whatever';
    const { body } = await get(`/v2/observations?traceId=t1&limit=1&fields=${fields}`);
    expect(body.data[0]).toEqual({
      id: 'gen',
      traceId: 't1',
      startTime: '2026-05-01T12:00:01.250Z',
      endTime: '2026-05-01T12:00:03.750Z',
      projectId: 'p',
      parentObservationId: 'root',
      type: 'GENERATION',
      completionStartTime: '2026-05-01T12:00:02.250Z',
      createdAt: '2026-05-01T12:00:09.000Z',
      updatedAt: '2026-05-01T12:00:10.000Z',
      input: '[{"role":"user","content":"hi"}]',
      output: '2',
      metadata: { ...generation.metadata, long: 'é'.repeat(200) },
      model: 'gpt-4o',
      providedModelName: 'gpt-4o',
      internalModelId: 'm-1',
      modelParameters: { temperature: 0.5, stream: 'true', stop: '["a"]', tier: 'x', none: null },
      usageDetails: generation.usage_details,
      costDetails: generation.cost_details,
      totalCost: 0.75,
      usagePricingTierName: 'Standard',
      promptId: 'prompt-1',
      promptName: 'greet',
      promptVersion: 3,
      latency: 2.5,
      timeToFirstToken: 1,
      tags: ['a', 'b'],
      release: 'r1',
      traceName: 'request',
      modelId: 'm-1',
      inputPrice: '0.0000025',
      outputPrice: '0.000000001',
      totalPrice: null,
    });
    const expanded = await get(`/v2/observations?traceId=t1&limit=1&fields=metadata&expandMetadata=long`);
    expect(expanded.body.data[0].metadata.long).toBe('é'.repeat(300));
  });

  it('walks by cursor, without one on the last page', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(`/v2/observations?limit=1&cursor=${cursor}`);
      seen.push(...ids(body));
      cursor = body.meta.cursor ?? '';
    } while (cursor);
    expect(seen).toEqual(['other', 'gen', 'root']);
    expect((await get('/v2/observations?limit=3')).body.meta).toEqual({});
    expect((await get('/v2/observations?limit=0')).body).toEqual({ data: [], meta: {} });
    expect(await get('/v2/observations?cursor=x')).toMatchObject({ status: 400, body: { message: 'Invalid cursor format' } });
    expect((await get('/v2/observations?limit=1001')).status).toBe(400);
    expect((await get('/v2/observations?parseIoAsJson=true')).status).toBe(400);
    expect(ids((await get('/v2/observations?isRootObservation=false')).body)).toEqual(['gen']);
    expect(ids((await get('/v2/observations?parentObservationId=')).body)).toEqual(['other', 'root']);
    const first = encodeURIComponent('[{"type":"positionInTrace","column":"positionInTrace","key":"first"}]');
    expect(ids((await get(`/v2/observations?filter=${first}`)).body)).toEqual(['other', 'root']);
  });
});

describe('sessions', () => {
  const session = { id: 'chat 1/ü', createdAt: '2026-05-01T12:00:00.000Z', projectId: 'p', environment: 'production' };
  it('are listed and got with their traces', async () => {
    expect((await get('/sessions')).body).toEqual({
      data: [session],
      meta: { page: 1, limit: 50, totalItems: 1, totalPages: 1 },
    });
    expect((await get('/sessions?environment=default')).body.data).toEqual([]);
    expect((await get('/sessions?toTimestamp=2026-05-01T12:00:00Z')).body.data).toEqual([]);
    const { body } = await get(`/sessions/${encodeURIComponent('chat 1/ü')}`);
    const split = await get(`/sessions/${encodeURIComponent('chat 1')}/${encodeURIComponent('ü')}`);
    expect(split.body).toEqual(body);
    expect(body).toEqual({
      ...session,
      traces: [{ ...traceCore, input: 'plain text', output: null, metadata: { plan: 'pro', count: 7 } }],
    });
    expect((await get('/sessions/none')).status).toBe(404);
  });
});

describe('scores', () => {
  const common = {
    source: 'API',
    environment: 'default',
    comment: null,
    configId: null,
    metadata: {},
    authorUserId: null,
    queueId: null,
  };
  it('of the second version show every data type', async () => {
    const { body } = await get('/v2/scores');
    expect(ids(body)).toEqual(['s2', 's3', 's4', 's5', 's6', 's1']);
    expect(body.meta.totalItems).toBe(6);
    const trace = { userId: 'bob', tags: ['a', 'b'], environment: 'production', sessionId: 'chat 1/ü' };
    expect(body.data[0]).toMatchObject({
      ...common,
      id: 's2',
      dataType: 'BOOLEAN',
      value: 1,
      stringValue: 'True',
      observationId: 'gen',
      executionTraceId: null,
      datasetRunId: null,
      trace,
    });
    expect(body.data[1]).toMatchObject({ dataType: 'CATEGORICAL', value: 0, stringValue: 'kind' });
    expect(body.data[2]).toMatchObject({ dataType: 'TEXT', stringValue: 'words' });
    expect(body.data[2]).not.toHaveProperty('value');
    expect(body.data[3]).toMatchObject({ dataType: 'CORRECTION', value: 0, stringValue: 'better' });
    expect(body.data[4]).toMatchObject({ traceId: null, sessionId: 'chat 1/ü', trace: null });
    expect((await get('/v2/scores/s6')).body).toMatchObject({ id: 's6', dataType: 'NUMERIC', value: 0.5, stringValue: null });
    expect((await get('/v2/scores/s6', 'foreign')).status).toBe(404);
  });

  it('of the first version are those of traces, without corrections', async () => {
    const { body } = await get('/scores');
    expect(ids(body)).toEqual(['s2', 's3', 's4', 's1']);
    expect(body.data[0].trace).toEqual({ userId: 'bob', tags: ['a', 'b'], environment: 'production' });
    expect((await get('/scores/s1')).body.id).toBe('s1');
    expect((await get('/scores/s5')).status).toBe(404);
  });

  it.each([
    ['name=tone', ['s3']],
    ['dataType=BOOLEAN', ['s2']],
    ['operator=%3E%3D&value=0.5', ['s2', 's6', 's1']],
    ['operator=!%3D&value=0', ['s2', 's6', 's1']],
    ['scoreIds=s1,s3', ['s3', 's1']],
    ['observationId=gen,x', ['s2']],
    ['userId=bob', ['s2', 's3', 's4', 's5', 's1']],
    ['traceTags=a&traceTags=b', ['s2', 's3', 's4', 's5', 's1']],
    ['sessionId=chat%201%2F%C3%BC', ['s6']],
    ['fromTimestamp=2026-05-01T13:00:04Z', ['s2', 's3']],
    ['environment=x', []],
    [`filter=${encodeURIComponent('[{"type":"boolean","column":"booleanValue","operator":"=","value":true}]')}`, ['s2']],
    [
      `filter=${encodeURIComponent('[{"type":"string","column":"traceName","operator":"contains","value":"req"}]')}`,
      ['s2', 's3', 's4', 's5', 's1'],
    ],
  ])('?%s', async (query, wanted) => {
    const { status, body } = await get(`/v2/scores?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(ids(body)).toEqual(wanted);
  });

  it('has a condition of the filter instead of the parameter on its column', async () => {
    const filter = (condition: object) => `filter=${encodeURIComponent(JSON.stringify([condition]))}`;
    const number = { type: 'number', column: 'value', operator: '=', value: 0.5 };
    expect(ids((await get(`/v2/scores?operator=%3C&value=0.5&${filter(number)}`)).body)).toEqual(['s6', 's1']);
    const step = { type: 'string', column: 'observationId', operator: '=', value: 'gen' };
    expect(ids((await get(`/v2/scores?observationId=nope&${filter(step)}`)).body)).toEqual(['s2']);
    const score = { type: 'string', column: 'id', operator: '=', value: 's3' };
    expect(ids((await get(`/v2/scores?scoreIds=s1&${filter(score)}`)).body)).toEqual(['s3']);
  });

  it('checks the groups of fields', async () => {
    expect((await get('/v2/scores?fields=score')).body.data[0].trace).toBeNull();
    expect((await get('/v2/scores?fields=trace')).status).toBe(400);
    expect((await get('/v2/scores?fields=score&userId=bob')).status).toBe(400);
  });
});

describe('GET /v3/scores', () => {
  it('has values of the type that the data type means', async () => {
    const { body } = await get('/v3/scores?fields=details,subject,annotation');
    expect(body.data.map(({ id, value }: { id: string; value: unknown }) => [id, value])).toEqual([
      ['s2', true],
      ['s3', 'kind'],
      ['s4', 'words'],
      ['s5', 'better'],
      ['s6', 0.5],
      ['s1', 0.5],
    ]);
    expect(body.meta).toEqual({ limit: 50 });
    expect(body.data[0]).toMatchObject({
      projectId: 'p',
      dataType: 'BOOLEAN',
      subject: { kind: 'observation', id: 'gen', traceId: 't1' },
    });
    expect(body.data[1].subject).toEqual({ kind: 'trace', id: 't1' });
    expect(body.data[4].subject).toEqual({ kind: 'session', id: 'chat 1/ü' });
  });

  it('has the core alone unless more groups are asked for', async () => {
    const core = {
      id: 's1',
      projectId: 'p',
      name: 'quality',
      source: 'API',
      timestamp: '2026-05-01T13:00:00.000Z',
      environment: 'default',
      createdAt: '2026-05-01T13:00:01.000Z',
      updatedAt: '2026-05-01T13:00:02.000Z',
      dataType: 'NUMERIC',
      value: 0.5,
    };
    expect((await get('/v3/scores?id=s1')).body.data).toEqual([core]);
    expect((await get('/v3/scores?fields=core&id=s1')).body.data).toEqual([core]);
    expect((await get('/v3/scores?fields=details&id=s1')).body.data).toEqual([
      { ...core, comment: 'fine', configId: null, metadata: { why: { a: 1 } } },
    ]);
    expect((await get('/v3/scores?fields=annotation&id=s1')).body.data).toEqual([{ ...core, authorUserId: null, queueId: null }]);
  });

  it.each([
    ['name=tone,ok', ['s2', 's3']],
    ['dataType=boolean', ['s2']],
    ['dataType=NUMERIC&valueMin=0.5&valueMax=0.5', ['s6', 's1']],
    ['dataType=NUMERIC&valueMin=0.6', []],
    ['dataType=NUMERIC&value=0.5,7', ['s6', 's1']],
    ['dataType=BOOLEAN&value=true', ['s2']],
    ['dataType=CATEGORICAL&value=kind,other', ['s3']],
    ['traceId=t1&observationId=gen', ['s2']],
    ['traceId=t2,t1&observationId=other,gen', ['s2']],
    ['sessionId=nope,chat%201%2F%C3%BC', ['s6']],
    ['experimentId=a,b', []],
    ['sessionId=chat%201%2F%C3%BC', ['s6']],
    ['fromTimestamp=2026-05-01T13:00:04Z&source=api', ['s2', 's3']],
  ])('?%s', async (query, wanted) => {
    const { status, body } = await get(`/v3/scores?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(ids(body)).toEqual(wanted);
  });

  it.each([
    'userId=bob',
    'traceTags=a',
    'page=1',
    'limit=0',
    'limit=101',
    'fields=core,nope',
    'dataType=loud',
    'value=1',
    'value=x&dataType=NUMERIC',
    'value=1&dataType=BOOLEAN',
    'value=1&dataType=NUMERIC,BOOLEAN',
    'valueMin=1',
    'observationId=gen',
    'traceId=t1&sessionId=x',
    'cursor=x',
  ])('refuses ?%s', async (query) => {
    expect((await get(`/v3/scores?${query}`)).status).toBe(400);
  });

  it('walks by cursor', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(`/v3/scores?limit=4&cursor=${cursor}`);
      seen.push(...ids(body));
      cursor = body.meta.cursor ?? '';
    } while (cursor);
    expect(seen).toEqual(['s2', 's3', 's4', 's5', 's6', 's1']);
  });
});

describe('who may read', () => {
  const paths = [
    '/traces',
    '/traces/t1',
    '/observations',
    '/observations/gen',
    '/v2/observations',
    '/sessions',
    '/sessions/x',
    '/scores',
    '/scores/s1',
    '/v2/scores',
    '/v2/scores/s1',
    '/v3/scores',
  ];
  it.each(paths)('%s: a key pair of the project only', async (path) => {
    expect((await get(path, '')).status).toBe(401);
    expect(await get(path, 'public')).toEqual({ status: 403, body: { message: expect.any(String) } });
    expect(await get(path, 'organisation')).toEqual({ status: 403, body: { message: expect.any(String) } });
    const foreign = await get(path, 'foreign');
    if (foreign.status === 200) expect(foreign.body.data).toEqual([]);
    else expect(foreign.status).toBe(404);
  });
});

describe('DELETE /traces', () => {
  const remove = (path: string, authorization: string, payload?: object) =>
    app.inject({ method: 'DELETE', url: `/api/public${path}`, headers: { authorization }, ...(payload && { payload }) });
  it('hides at once, in its own project only', async () => {
    expect((await remove('/traces/t1', 'foreign')).statusCode).toBe(200);
    expect((await get('/traces/t1')).status).toBe(200);
    expect((await remove('/traces', 'project', { traceIds: [] })).statusCode).toBe(400);
    expect((await remove('/traces', 'public', { traceIds: ['t1'] })).statusCode).toBe(403);
    const answer = await remove('/traces', 'project', { traceIds: ['t1', 'unknown'] });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ message: expect.any(String) });
    expect((await get('/traces/t1')).status).toBe(404);
    expect(ids((await get('/observations')).body)).toEqual(['other']);
    expect(ids((await get('/v2/scores')).body)).toEqual(['s6']);
  });
});
