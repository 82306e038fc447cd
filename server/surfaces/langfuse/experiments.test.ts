import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetItems, createDatasetRuns, createDatasets, createRunLinks } from '../../domains/datasets/index.ts';
import { createExperiments } from '../../domains/experiments/index.ts';
import { findStart } from '../../query/experiments/find-start.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';
import { datasetItemRoutes } from './dataset-items.ts';
import { datasetRunRoutes } from './dataset-runs.ts';
import { datasetRoutes } from './datasets.ts';
import { experimentRoutes } from './experiments.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

/** The clock of the tests stands at noon; seconds count from there. */
const NOON = Date.parse('2026-05-01T12:00:00.000Z');
const at = (second: number) => (NOON + second * 1000) * 1000;
const iso = (second: number) => new Date(NOON + second * 1000).toISOString();

let server: OpenRoutes;
let store: AnalyticsStore;
let closeStore: () => Promise<void>;

beforeAll(async () => {
  ({ store, close: closeStore } = await openTestStore());
  server = await openRoutes(({ db, clock, access }) => {
    const datasets = createDatasets({ db, clock });
    const items = createDatasetItems({ db, clock });
    const runs = createDatasetRuns({
      db,
      clock,
      findTraceOf: async () => null,
      findStart: async (...ids) => {
        const start = await findStart(store, ...ids);
        return start === null ? null : new Date(start / 1000);
      },
    });
    const experiments = createExperiments({ store, links: createRunLinks({ db }) });
    const noMedia = {
      media: { referencesOf: async (_: string, of: readonly unknown[]) => of.map(() => []) },
      publicUrl: undefined,
    };
    return [
      datasetRoutes({ access, datasets, items, runs, ...noMedia }),
      datasetItemRoutes({ access, items, ...noMedia }),
      datasetRunRoutes({ access, runs }),
      experimentRoutes({ access, experiments }),
    ];
  });
});
afterAll(async () => {
  await server.close();
  await closeStore();
});

let version = 1;
const insert = (rows: ObservationRow[], scores: ScoreRow[] = []) =>
  store.insert({
    observations: rows.map((row) => ({ ...row, via: 'otlp-http', row_version: version++ })),
    scores: scores.map((score) => ({ ...score, row_version: version++ })),
  });

/** A step of an item of an experiment: its root, unless it is told another one's id. */
function step(traceId: string, id: string, second: number, more: Partial<ObservationRow> = {}): ObservationRow {
  return {
    ...emptyObservation('p', traceId, id),
    start_time: at(second),
    end_time: at(second + 2),
    environment: 'sdk-experiment',
    experiment_item_root_observation_id: id,
    ...more,
  };
}

const score = (id: string, more: Partial<ScoreRow>): ScoreRow => ({
  project_id: 'p',
  id,
  timestamp: at(50),
  name: 'exact',
  data_type: 'NUMERIC',
  source: 'API',
  value: 1,
  string_value: '',
  comment: '',
  metadata: {},
  trace_id: '',
  observation_id: '',
  session_id: '',
  dataset_run_id: '',
  execution_trace_id: '',
  config_id: '',
  queue_id: '',
  author_user_id: '',
  environment: 'default',
  via: 'api',
  api_key: 'pk',
  created_at: at(50),
  updated_at: at(50),
  row_version: 1,
  is_deleted: 0,
  ...more,
});

const query = (path: string, params: Record<string, string | number>) =>
  `${path}?${new URLSearchParams({ fromStartTime: iso(-3600), ...Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])) })}`;
async function get(path: string, params: Record<string, string | number> = {}) {
  const { status, body } = await server.call('GET', query(path, params));
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}
const all = 'core,dataset,io,metadata,itemMetadata,experimentMetadata,scores';
const json = (filter: unknown) => JSON.stringify(filter);

describe('who may ask', () => {
  it.each(['/experiments', '/experiment-items'])('%s: a project key only', async (path) => {
    expect(await server.call('GET', query(path, {}), undefined, '')).toEqual({
      status: 401,
      body: { message: 'No authorization header' },
    });
    for (const key of ['public', 'organisation'])
      expect((await server.call('GET', query(path, {}), undefined, key)).status).toBe(403);
  });

  it.each([
    ['no start', '', /fromStartTime/],
    ['a start that is none', 'fromStartTime=yesterday', /fromStartTime/],
    ['a limit of 0', `fromStartTime=${iso(0)}&limit=0`, /limit/],
    ['a limit of 101', `fromStartTime=${iso(0)}&limit=101`, /limit/],
    ['51 scores', `fromStartTime=${iso(0)}&scoreLimit=51`, /scoreLimit/],
    ['an unknown group of fields', `fromStartTime=${iso(0)}&fields=core,all`, /fields/],
    ['a filter that is no JSON', `fromStartTime=${iso(0)}&filter=x`, /filter/],
    ['a cursor that is none', `fromStartTime=${iso(0)}&cursor=abc`, /Invalid cursor format/],
    ['a range that ends first', `fromStartTime=${iso(0)}&toStartTime=${iso(-1)}`, /range/],
    [
      'an unknown column',
      `fromStartTime=${iso(0)}&filter=${json([{ type: 'string', column: 'userId', operator: '=', value: 'x' }])}`,
      /userId/,
    ],
    [
      'a condition that the column does not take',
      `fromStartTime=${iso(0)}&filter=${json([{ type: 'number', column: 'datasetId', operator: '=', value: 1 }])}`,
      /datasetId/,
    ],
  ])('%s is a 400 that says so', async (_name, params, said) => {
    for (const path of ['/experiments', '/experiment-items']) {
      const { status, body } = await server.call('GET', `${path}?${params}`);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toMatch(said);
    }
  });
});

describe('an experiment that its steps name', () => {
  const common: Partial<ObservationRow> = {
    experiment_id: 'traced',
    experiment_name: 'Traced run',
    experiment_description: 'A try',
    experiment_metadata: '{"model":"small","turns":2}',
  };
  beforeAll(() =>
    insert(
      [
        // As Python 4: a step around, the root in it, and a child; the root comes last.
        step('t1', 'outer', 0, { ...common, experiment_item_id: 'i1', experiment_item_root_observation_id: 'task' }),
        step('t1', 'task', 1, {
          ...common,
          parent_id: 'outer',
          experiment_item_id: 'i1',
          experiment_item_metadata: '{"topic":"cities"}',
          experiment_item_expected_output: '{"city":"Paris"}',
          input: '{"question":"Capital of France?"}',
          output: 'Paris',
          metadata: { 'a.b': '1' },
          level: 'WARNING',
        }),
        step('t1', 'child', 2, {
          ...common,
          parent_id: 'task',
          experiment_item_id: 'i1',
          experiment_item_root_observation_id: 'task',
          end_time: at(40),
        }),
        // A root that has not come yet.
        step('t2', 'early', 10, { ...common, experiment_item_id: 'i2', experiment_item_root_observation_id: 'late' }),
        // A sender that names no root.
        step('t3', 'only', 20, {
          ...common,
          experiment_item_id: 'i3',
          experiment_item_root_observation_id: '',
          experiment_dataset_id: 'ds',
          experiment_item_version: at(-100),
        }),
        // Nothing of an experiment.
        { ...step('t4', 'plain', 5), experiment_item_root_observation_id: '' },
        // Another project's.
        { ...step('t1', 'task', 1, { ...common, experiment_item_id: 'theirs' }), project_id: 'q' },
      ],
      [
        score('of-run', { dataset_run_id: 'traced', value: 0.5 }),
        score('of-step', { trace_id: 't1', observation_id: 'task', timestamp: at(51) }),
        score('of-trace', { trace_id: 't1', data_type: 'BOOLEAN', timestamp: at(52) }),
        score('of-child', { trace_id: 't1', observation_id: 'child' }),
        score('of-other', { trace_id: 't2' }),
        score('theirs', { project_id: 'q', dataset_run_id: 'traced' }),
      ],
    ),
  );

  it('is listed with what they say', async () => {
    const { data, meta } = await get('/experiments', { id: 'traced', fields: 'core,metadata,scores' });
    expect(meta).toEqual({});
    expect(data).toEqual([
      {
        id: 'traced',
        name: 'Traced run',
        description: 'A try',
        startTime: iso(0),
        endTime: iso(40),
        itemCount: 3,
        datasetId: 'ds',
        metadata: { model: 'small', turns: 2 },
        scores: [expect.objectContaining({ id: 'of-run', value: 0.5, subject: { kind: 'experiment', id: 'traced' } })],
      },
    ]);
  });

  it('is of the core fields unless others are asked for', async () => {
    const core = ['datasetId', 'description', 'endTime', 'id', 'itemCount', 'name', 'startTime'];
    expect(Object.keys((await get('/experiments', { id: 'traced' })).data[0]).sort()).toEqual(core);
    const item = ['environment', 'endTime', 'experimentDatasetId', 'experimentId', 'experimentItemId', 'experimentItemVersion'];
    item.push('experimentName', 'id', 'level', 'startTime', 'traceId');
    expect(Object.keys((await get('/experiment-items', { experimentId: 'traced' })).data[0]).sort()).toEqual(item.sort());
    const bare = (await get('/experiment-items', { experimentId: 'traced', fields: 'core' })).data[0];
    expect(Object.keys(bare)).not.toContain('experimentDatasetId');
  });

  it('has its items, newest first, each by its root', async () => {
    const { data } = await get('/experiment-items', { experimentId: 'traced', fields: all });
    expect(data.map(({ id, startTime }: { id: string; startTime: string }) => [id, startTime])).toEqual([
      ['only', iso(20)],
      ['late', iso(10)],
      ['task', iso(1)],
    ]);
    expect(data[0]).toMatchObject({ experimentDatasetId: 'ds', experimentItemVersion: iso(-100), experimentItemId: 'i3' });
    expect(data[1]).toMatchObject({ endTime: null, input: null, level: 'DEFAULT', environment: 'sdk-experiment' });
    expect(data[2]).toEqual({
      id: 'task',
      traceId: 't1',
      startTime: iso(1),
      endTime: iso(3),
      level: 'WARNING',
      environment: 'sdk-experiment',
      experimentId: 'traced',
      experimentName: 'Traced run',
      experimentItemId: 'i1',
      experimentDatasetId: null,
      experimentItemVersion: null,
      input: { question: 'Capital of France?' },
      output: 'Paris',
      expectedOutput: { city: 'Paris' },
      metadata: { a: { b: 1 } },
      experimentItemMetadata: { topic: 'cities' },
      experimentMetadata: { model: 'small', turns: 2 },
      experimentDescription: 'A try',
      scores: [
        expect.objectContaining({ id: 'of-trace', value: true, subject: { kind: 'trace', id: 't1' } }),
        expect.objectContaining({ id: 'of-step', subject: { kind: 'observation', id: 'task', traceId: 't1' } }),
      ],
    });
  });

  it('comes with no more scores than asked for', async () => {
    const { data } = await get('/experiment-items', { experimentItemId: 'i1', fields: 'scores', scoreLimit: 1 });
    expect(data).toHaveLength(1);
    expect(data[0].scores.map(({ id }: { id: string }) => id)).toEqual(['of-trace']);
  });

  it('is seen as far as the range goes', async () => {
    const late = (await get('/experiments', { id: 'traced', fromStartTime: iso(10), toStartTime: iso(20) })).data;
    expect(late).toMatchObject([{ startTime: iso(10), endTime: iso(12), itemCount: 1 }]);
    const items = (await get('/experiment-items', { experimentId: 'traced', fromStartTime: iso(2), toStartTime: iso(20) })).data;
    expect(items.map(({ id }: { id: string }) => id)).toEqual(['late']);
    expect((await get('/experiments', { id: 'traced', fromStartTime: iso(21) })).data).toEqual([]);
  });

  it('is another project’s to nobody', async () => {
    const { body } = await server.call('GET', query('/experiment-items', { fields: all }), undefined, 'q');
    expect(body.data.map((item: { experimentItemId: string }) => item.experimentItemId)).toEqual(['theirs']);
    const { body: list } = await server.call('GET', query('/experiments', { fields: 'scores' }), undefined, 'q');
    expect(list.data).toMatchObject([{ id: 'traced', itemCount: 1, scores: [{ id: 'theirs' }] }]);
  });

  it.each([
    [{ id: 'other,traced' }, 1],
    [{ name: 'Traced run,x' }, 1],
    [{ name: 'traced run' }, 0],
    [{ datasetId: 'elsewhere' }, 0],
    [{ id: 'other', filter: json([{ type: 'string', column: 'id', operator: '=', value: 'traced' }]) }, 1],
    [{ filter: json([{ type: 'string', column: 'name', operator: 'contains', value: 'TRACED' }]) }, 1],
    [{ filter: json([{ type: 'stringOptions', column: 'name', operator: 'none of', value: ['Traced run'] }]) }, 0],
  ])('is found by %j: %i', async (params, found) => {
    const { data } = await get('/experiments', params as never);
    expect(data.filter(({ id }: { id: string }) => id === 'traced')).toHaveLength(found);
  });
});

describe('a run that links alone know', () => {
  let datasetId = '';
  const run = async (name: string, more: Record<string, unknown>) => {
    const { status, body } = await server.call('POST', '/dataset-run-items', { runName: name, datasetItemId: 'paris', ...more });
    expect({ status, body }).toMatchObject({ status: 200 });
    return body.datasetRunId as string;
  };
  beforeAll(async () => {
    server.clock.at = NOON - 1000_000;
    datasetId = (await server.call('POST', '/v2/datasets', { name: 'cities' })).body.id;
    const item = { datasetName: 'cities', id: 'paris', input: 'France?', expectedOutput: 'Paris', metadata: { hard: false } };
    expect((await server.call('POST', '/dataset-items', item)).status).toBe(200);
    server.clock.at = NOON + 500_000;
    await insert(
      [
        { ...step('old-1', 'root', 400, { name: 'ask', input: 'France?', output: 'Lyon', level: 'ERROR' }), environment: 'dev' },
        step('old-1', 'inner', 401, { parent_id: 'root', end_time: at(420) }),
        step('old-2', 'root-2', 410, { trace_input: 'said of the trace', output: 'Paris' }),
      ].map((row) => ({ ...row, experiment_item_root_observation_id: '' })),
    );
  });

  it('is an experiment like the others', async () => {
    const id = await run('linked', {
      traceId: 'old-1',
      observationId: 'root',
      runDescription: 'By hand',
      metadata: { by: 'me' },
    });
    await run('linked', { traceId: 'old-2' });
    // Python 5 makes this id itself, for a run that it never tells us of.
    const named = `["langfuse-experiment-v1","p","${datasetId}","linked"]`;
    expect(id).toBe(createHash('sha256').update(named).digest('hex').slice(0, 16));
    const { data } = await get('/experiments', { name: 'linked', fields: 'metadata' });
    expect(data).toEqual([
      {
        id,
        name: 'linked',
        description: 'By hand',
        startTime: iso(400),
        endTime: iso(420),
        itemCount: 2,
        datasetId,
        metadata: { by: 'me' },
      },
    ]);
    const { data: items } = await get('/experiment-items', { experimentId: id, fields: all });
    expect(items).toMatchObject([
      { id: 'root-2', traceId: 'old-2', startTime: iso(410), endTime: iso(412), input: 'said of the trace', output: 'Paris' },
      {
        id: 'root',
        traceId: 'old-1',
        startTime: iso(400),
        endTime: iso(402),
        level: 'ERROR',
        environment: 'dev',
        experimentId: id,
        experimentName: 'linked',
        experimentDescription: 'By hand',
        experimentMetadata: { by: 'me' },
        experimentItemId: 'paris',
        experimentDatasetId: datasetId,
        experimentItemVersion: iso(-1000),
        experimentItemMetadata: { hard: false },
        input: 'France?',
        output: 'Lyon',
        expectedOutput: 'Paris',
      },
    ]);
  });

  it('has an item before anything of its trace came', async () => {
    const id = await run('waiting', { traceId: 'to-come', observationId: 'soon' });
    expect((await get('/experiments', { id })).data).toMatchObject([{ itemCount: 1, startTime: iso(500), endTime: iso(500) }]);
    const { data } = await get('/experiment-items', { experimentId: id });
    expect(data).toMatchObject([{ id: 'soon', traceId: 'to-come', startTime: iso(500), endTime: null, level: 'DEFAULT' }]);
  });

  it('and steps that name the same item are one item', async () => {
    const id = await run('both', { traceId: 'new-1', observationId: 'r1' });
    await run('both', { traceId: 'new-2', observationId: 'r2' });
    await insert([
      step('new-1', 'r1', 501, {
        experiment_id: id,
        experiment_name: 'both',
        experiment_item_id: 'paris',
        experiment_dataset_id: datasetId,
      }),
    ]);
    expect((await get('/experiments', { id })).data).toMatchObject([{ itemCount: 2, endTime: iso(503) }]);
    const { data } = await get('/experiment-items', { experimentId: id });
    expect(data.map((item: { id: string }) => item.id)).toEqual(['r1', 'r2']);
  });

  it('is no experiment any more when it is deleted, nor when its dataset is', async () => {
    const id = await run('gone', { traceId: 'gone-1', observationId: 'g1' });
    const named = { experiment_id: id, experiment_name: 'gone', experiment_item_id: 'paris' };
    await insert([step('gone-1', 'g1', 499, named)]);
    expect((await get('/experiments', { id })).data).toHaveLength(1);
    expect((await server.call('DELETE', '/datasets/cities/runs/gone')).body).toEqual({
      message: 'Dataset run successfully deleted',
    });
    expect((await get('/experiments', { id })).data).toEqual([]);
    expect((await get('/experiment-items', { experimentId: id })).data).toEqual([]);
    // The same name again is the same id, with what begins from now on.
    server.clock.at += 60_000;
    expect(await run('gone', { traceId: 'gone-2', observationId: 'g2' })).toBe(id);
    await insert([step('gone-2', 'g2', 570, named)]);
    expect((await get('/experiments', { name: 'gone' })).data).toMatchObject([{ id, itemCount: 1, startTime: iso(570) }]);
    expect((await get('/experiment-items', { experimentName: 'gone' })).data).toMatchObject([{ id: 'g2' }]);
    // A trace of before, linked anew, is of the run again.
    await run('gone', { traceId: 'gone-1', observationId: 'g1' });
    const items = (await get('/experiment-items', { experimentId: id })).data;
    expect(items.map((item: { id: string }) => item.id)).toEqual(['g2', 'g1']);
  });

  it.each([1, 2, 3])('with others, pages of %i give every experiment and every item once, in order', async (limit) => {
    for (const [path, params] of [
      ['/experiments', {}],
      ['/experiment-items', { fields: 'core' }],
    ] as const) {
      const whole = (await get(path, { ...params, limit: 100 })).data;
      expect(whole.length).toBeGreaterThan(4);
      const paged: unknown[] = [];
      let cursor: string | undefined;
      do {
        const { data, meta } = await get(path, { ...params, limit, ...(cursor && { cursor }) });
        expect(data.length).toBeLessThanOrEqual(limit);
        paged.push(...data);
        cursor = meta.cursor;
      } while (cursor !== undefined);
      expect(paged).toEqual(whole);
    }
    const times = (await get('/experiment-items', { limit: 100 })).data.map((item: { startTime: string }) => item.startTime);
    expect(times).toEqual([...times].sort().reverse());
  });
});
