import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CreateModelInput, Model } from '../../../contract/model.ts';
import { type App, startApp } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { createModels, priceBook } from '../../domains/prices/index.ts';
import { createLogger } from '../../lib/log.ts';
import { modelRoutes } from './models.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

const flat = { modelName: 'mine', matchPattern: '(?i)^mine$', unit: 'TOKENS', inputPrice: 0.001, outputPrice: 0 };
const standard = { name: 'Standard', isDefault: true, priority: 0, conditions: [], prices: { input: 1, output: 2 } };
const large = {
  name: 'Large',
  isDefault: false,
  priority: 1,
  conditions: [{ usageDetailPattern: '^input', operator: 'gt', value: 1000 }],
  prices: { output: 4, input: 3 },
};
const fast = {
  name: 'Fast',
  isDefault: false,
  priority: 2,
  conditions: [{ source: 'model_parameters', key: 'service_tier', operator: 'in', values: ['fast'] }],
  prices: { input: 5, output: 6 },
};
const { inputPrice: _in, outputPrice: _out, ...bare } = flat;
const tiered = (...pricingTiers: object[]) => ({ ...bare, pricingTiers });

describe('models', () => {
  let server: OpenRoutes;
  let call: OpenRoutes['call'];
  const onChange = vi.fn<(projectId: string) => void>();
  beforeAll(async () => {
    server = await openRoutes(({ db, clock, access }) => [
      modelRoutes({ access: { ...access, findProject: async () => null }, models: createModels({ db, clock, onChange }) }),
    ]);
    call = server.call;
  });
  afterAll(async () => {
    await server.close();
  });
  const now = () => new Date(server.clock.at).toISOString();
  const missing = { status: 404, body: { message: 'Model not found', error: 'LangfuseNotFoundError' } };
  async function listAll(key = 'p'): Promise<Model[]> {
    const all: Model[] = [];
    for (let page = 1, pages = 1; page <= pages; page++) {
      const { body } = await call('GET', `/models?limit=100&page=${page}`, undefined, key);
      expect(body.meta).toMatchObject({ page, limit: 100 });
      pages = body.meta.totalPages;
      all.push(...body.data);
      if (page === pages) expect(body.meta.totalItems).toBe(all.length);
    }
    return all;
  }

  it("shows a built-in tier's conditions on attributes beside those that every SDK can read", async () => {
    const all = await listAll();
    const builtIn = all.filter((model) => model.isLangfuseManaged);
    const conditions = builtIn.flatMap((model) => model.pricingTiers.flatMap((tier) => tier.conditions));
    expect(conditions.length).toBeGreaterThan(0);
    expect(conditions.filter((condition) => !('usageDetailPattern' in condition))).toEqual([]);
    const apart = builtIn.flatMap((model) =>
      model.pricingTiers.flatMap((tier) => (tier as { attributeConditions?: unknown[] }).attributeConditions ?? []),
    );
    const inBook = priceBook.flatMap(({ tiers }) => tiers.flatMap((tier) => tier.conditions.filter((each) => 'source' in each)));
    expect(apart.length).toBe(inBook.length);
    const fast = builtIn
      .find(({ modelName }) => modelName === 'gpt-4o-2024-08-06')!
      .pricingTiers.find(({ name }) => name === 'Fast mode');
    expect(fast).toMatchObject({
      conditions: [],
      attributeConditions: [{ source: 'model_parameters', key: 'service_tier', operator: 'in', values: ['fast', 'priority'] }],
    });
  });

  it.each([
    ['POST', '/models', flat],
    ['GET', '/models'],
    ['GET', '/models/x'],
    ['PUT', '/models/x', flat],
    ['DELETE', '/models/x'],
  ] as const)('%s %s: a project key only', async (method, path, body?) => {
    expect(await call(method, path, body, '')).toEqual({ status: 401, body: { message: 'No authorization header' } });
    for (const key of ['public', 'organisation']) expect((await call(method, path, body, key)).status).toBe(403);
  });

  it('have flat prices', async () => {
    const { status, body } = await call('POST', '/models', {
      ...flat,
      startDate: '2024-01-01T00:00:00+01:00',
      totalPrice: null,
      pricingTiers: null,
      tokenizerId: 'openai',
      tokenizerConfig: { tokenizerModel: 'gpt-4o', tokensPerMessage: 3 },
      unknown: 1,
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        id: expect.any(String),
        modelName: 'mine',
        matchPattern: '(?i)^mine$',
        startDate: '2023-12-31T23:00:00.000Z',
        unit: 'TOKENS',
        inputPrice: 0.001,
        outputPrice: 0,
        totalPrice: null,
        tokenizerId: 'openai',
        tokenizerConfig: { tokenizerModel: 'gpt-4o', tokensPerMessage: 3 },
        isLangfuseManaged: false,
        createdAt: now(),
        prices: { input: { price: 0.001 }, output: { price: 0 } },
        pricingTiers: [
          {
            id: `${body.id}_tier_default`,
            name: 'Standard',
            isDefault: true,
            priority: 0,
            conditions: [],
            prices: { input: 0.001, output: 0 },
          },
        ],
      },
    });
    expect(onChange.mock.calls).toEqual([['p']]);
    expect(await call('GET', `/models/${body.id}`)).toEqual({ status: 200, body });
    // Of one name there is one in a project.
    expect(await call('POST', '/models', { ...flat, unit: 'CHARACTERS' })).toEqual({
      status: 400,
      body: { message: 'A model named mine already exists in this project.', error: 'InvalidRequestError' },
    });
    expect((await call('POST', '/models', flat, 'q')).status).toBe(200);
    for (const method of ['GET', 'DELETE'] as const)
      expect(await call(method, `/models/${body.id}`, undefined, 'q')).toEqual(missing);
    onChange.mockClear();
    expect(await call('DELETE', `/models/${body.id}`)).toEqual({ status: 200, body: { message: 'Model successfully deleted' } });
    expect(onChange.mock.calls).toEqual([['p']]);
    for (const method of ['GET', 'DELETE'] as const) expect(await call(method, `/models/${body.id}`)).toEqual(missing);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('are put under an id of the choice of each project, and replaced', async () => {
    onChange.mockClear();
    const made = await call('PUT', '/models/my%2Fown', { ...flat, modelName: 'put', tokenizerId: 'claude' });
    expect(made).toMatchObject({
      status: 200,
      body: {
        id: 'my/own',
        modelName: 'put',
        tokenizerId: 'claude',
        inputPrice: 0.001,
        pricingTiers: [{ id: 'my/own_tier_default' }],
        isLangfuseManaged: false,
      },
    });
    const { createdAt } = made.body;
    server.clock.at += 60_000;
    const replaced = await call('PUT', '/models/my%2Fown', { ...tiered(standard), modelName: 'put 2', unit: 'SECONDS' });
    expect(replaced).toMatchObject({
      status: 200,
      body: { id: 'my/own', modelName: 'put 2', unit: 'SECONDS', tokenizerId: null, inputPrice: 1, outputPrice: 2, createdAt },
    });
    expect(await call('GET', '/models/my%2Fown')).toEqual(replaced);
    expect(onChange.mock.calls).toEqual([['p'], ['p']]);

    // Another project's model of this id is another model.
    expect(await call('GET', '/models/my%2Fown', undefined, 'q')).toEqual(missing);
    const others = await call('PUT', '/models/my%2Fown', { ...flat, modelName: 'of q' }, 'q');
    expect(others).toMatchObject({ status: 200, body: { modelName: 'of q' } });
    expect(await call('GET', '/models/my%2Fown')).toEqual(replaced);
    expect((await call('DELETE', '/models/my%2Fown', undefined, 'q')).status).toBe(200);
    expect(await call('GET', '/models/my%2Fown')).toEqual(replaced);

    const before = onChange.mock.calls.length;
    expect(await call('PUT', '/models/other', { ...flat, modelName: 'put 2' })).toEqual({
      status: 400,
      body: { message: 'A model named put 2 already exists in this project.', error: 'InvalidRequestError' },
    });
    expect((await call('PUT', '/models/my%2Fown', { ...flat, matchPattern: '(' })).body.message).toMatch(/^matchPattern is not/);
    expect((await call('PUT', '/models/my%2Fown', bare)).body.error[0].path).toEqual(['pricingTiers']);
    expect((await call('PUT', `/models/${'x'.repeat(201)}`, flat)).status).toBe(400);
    const { id: builtIn } = (await listAll()).find(({ isLangfuseManaged }) => isLangfuseManaged)!;
    expect(await call('PUT', `/models/${builtIn}`, flat)).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
    expect(await call('GET', '/models/my%2Fown')).toEqual(replaced);
    expect(onChange.mock.calls.length).toBe(before);
    expect((await call('DELETE', '/models/my%2Fown')).status).toBe(200);
  });

  it('have tiers, by priority, with conditions of both kinds', async () => {
    const { status, body } = await call('POST', '/models', { ...tiered(fast, standard, large), modelName: 'tiered' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      inputPrice: 1,
      outputPrice: 2,
      totalPrice: null,
      tokenizerId: null,
      tokenizerConfig: null,
      startDate: null,
    });
    expect(body.prices).toEqual({ input: { price: 1 }, output: { price: 2 } });
    const id = expect.any(String);
    expect(body.pricingTiers).toEqual([
      { id, ...standard },
      { id, ...large, conditions: [{ ...large.conditions[0], caseSensitive: false }] },
      { id, ...fast },
    ]);
    expect(new Set(body.pricingTiers.map((tier: { id: string }) => tier.id)).size).toBe(3);
    expect(await call('GET', `/models/${body.id}`)).toEqual({ status: 200, body });
  });

  it.each<[string, object, (string | number)[]]>([
    ['no name', { ...flat, modelName: undefined }, ['modelName']],
    ['no pattern', { ...flat, matchPattern: '' }, ['matchPattern']],
    ['no unit', { ...flat, unit: undefined }, ['unit']],
    ['an unknown unit', { ...flat, unit: 'WORDS' }, ['unit']],
    ['an unknown tokenizer', { ...flat, tokenizerId: 'mine' }, ['tokenizerId']],
    ['a year that no store holds', { ...flat, startDate: '0000-01-01T00:00:00Z' }, ['startDate']],
    ['a date without time', { ...flat, startDate: '2024-01-01' }, ['startDate']],
    ['a negative price', { ...flat, inputPrice: -1 }, ['inputPrice']],
    ['a price that is a text', { ...flat, inputPrice: '1' }, ['inputPrice']],
    ['no price', bare, ['pricingTiers']],
    ['flat prices and tiers', { ...flat, pricingTiers: [standard] }, ['pricingTiers']],
    ['total beside parts', { ...flat, totalPrice: 1 }, ['totalPrice']],
    ['no tier', tiered(), ['pricingTiers']],
    ['no default', tiered(large), ['pricingTiers']],
    ['two defaults', tiered(standard, { ...standard, name: 'B', priority: 1 }), ['pricingTiers']],
    ['a default with a priority', tiered({ ...standard, priority: 3 }), ['pricingTiers', 0, 'priority']],
    ['a default with a condition', tiered({ ...standard, conditions: large.conditions }), ['pricingTiers', 0, 'conditions']],
    ['a tier without condition', tiered(standard, { ...large, conditions: [] }), ['pricingTiers', 1, 'conditions']],
    ['a tier of priority 0', tiered(standard, { ...large, priority: 0 }), ['pricingTiers', 1, 'priority']],
    [
      'a pattern that is not safe',
      tiered(standard, { ...large, conditions: [{ ...large.conditions[0], usageDetailPattern: '^(in+)+$' }] }),
      ['pricingTiers', 1, 'conditions', 0, 'usageDetailPattern'],
    ],
    ['a priority above 999', tiered(standard, { ...large, priority: 1000 }), ['pricingTiers', 1, 'priority']],
    ['a priority twice', tiered(standard, large, { ...fast, priority: 1 }), ['pricingTiers', 2, 'priority']],
    ['a name twice', tiered(standard, large, { ...fast, name: 'Large' }), ['pricingTiers', 2, 'name']],
    ['a name too long', tiered({ ...standard, name: 'n'.repeat(101) }), ['pricingTiers', 0, 'name']],
    ['other usage types', tiered(standard, { ...large, prices: { input: 1 } }), ['pricingTiers', 1, 'prices']],
    ['no usage types', tiered({ ...standard, prices: {} }), ['pricingTiers', 0, 'prices']],
    [
      'a long usage pattern',
      tiered(standard, { ...large, conditions: [{ ...large.conditions[0], usageDetailPattern: 'a'.repeat(201) }] }),
      ['pricingTiers', 1, 'conditions', 0, 'usageDetailPattern'],
    ],
    ['a condition of no kind', tiered(standard, { ...large, conditions: [{ key: 'x' }] }), ['pricingTiers', 1, 'conditions', 0]],
  ])('are refused with %s', async (_what, body, path) => {
    const answer = await call('POST', '/models', { modelName: 'refused', ...body });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toBe('Invalid request data');
    expect(answer.body.error.map((issue: { path: unknown }) => issue.path)).toContainEqual(path);
  });

  it.each<[object, string]>([
    [{ ...flat, matchPattern: '(' }, 'matchPattern is not a valid regular expression'],
    [{ ...flat, matchPattern: '(?<=x)y' }, 'matchPattern is not a valid regular expression'],
    [
      tiered(standard, { ...large, conditions: [{ ...large.conditions[0], usageDetailPattern: '[' }] }),
      'usageDetailPattern of tier "Large" is not a valid regular expression',
    ],
  ])('are refused with a pattern that is none', async (body, message) => {
    const answer = await call('POST', '/models', { ...body, modelName: 'refused' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequestError' } });
    expect(answer.body.message).toContain(message);
  });

  it('are listed by name, unit and start with the built-in ones, which stay', async () => {
    for (const [modelName, more] of [
      ['gpt-4o', { startDate: '2024-01-01T00:00:00Z' }],
      ['aaa', { unit: 'SECONDS' }],
      ['Zzz', {}],
    ] as const)
      expect((await call('POST', '/models', { ...flat, modelName, ...more }, 'q')).status).toBe(200);
    const listed = await listAll('q');
    const names = listed.map(({ modelName }) => modelName);
    expect(names).toEqual([...priceBook.map(({ name }) => name), 'mine', 'gpt-4o', 'aaa', 'Zzz'].sort());
    const [own, builtIn] = listed.filter(({ modelName }) => modelName === 'gpt-4o');
    expect(own).toMatchObject({ isLangfuseManaged: false, startDate: '2024-01-01T00:00:00.000Z' });
    expect(builtIn).toMatchObject({
      isLangfuseManaged: true,
      startDate: null,
      unit: 'TOKENS',
      tokenizerId: 'openai',
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(builtIn!.prices.input!.price).toBe(builtIn!.inputPrice);
    expect(builtIn!.inputPrice).toBe(builtIn!.pricingTiers.find(({ isDefault }) => isDefault)!.prices.input);
    expect(builtIn!.inputPrice).toBeGreaterThan(0);
    // What Python requires of each (contract, appendix B).
    for (const model of listed) {
      for (const key of [
        'id',
        'modelName',
        'matchPattern',
        'tokenizerConfig',
        'isLangfuseManaged',
        'createdAt',
        'prices',
        'pricingTiers',
      ])
        expect(model).toHaveProperty(key);
      for (const tier of model.pricingTiers)
        expect(
          Object.keys(tier)
            .filter((key) => key !== 'attributeConditions')
            .sort(),
        ).toEqual(['conditions', 'id', 'isDefault', 'name', 'prices', 'priority']);
    }
    expect(await call('GET', `/models/${builtIn!.id}`, undefined, 'q')).toEqual({ status: 200, body: builtIn });
    expect(await call('DELETE', `/models/${builtIn!.id}`, undefined, 'q')).toEqual(missing);
    expect(await listAll('q')).toHaveLength(listed.length);
  });

  it('refuse nonsense', async () => {
    for (const query of ['page=0', 'limit=101', 'limit=x']) expect((await call('GET', `/models?${query}`)).status).toBe(400);
    expect((await call('GET', '/models?page=&limit=')).body.meta).toMatchObject({ page: 1, limit: 50 });
    for (const body of [undefined, [], 'x']) expect((await call('POST', '/models', body)).status).toBe(400);
    expect((await call('GET', '/models/%00')).status).toBe(400);
    expect((await call('PATCH', '/models/x', {})).status).toBe(405);
  });

  it('price newest start first, those without a start last', async () => {
    const models = createModels({ db: server.db, clock: server.clock, onChange });
    const add = (modelName: string, startDate: string | null) =>
      models.create('p', { ...flat, modelName, startDate: startDate === null ? null : new Date(startDate) } as CreateModelInput);
    await add('old', '2020-01-01T00:00:00Z');
    await add('never', null);
    await add('new', '2025-01-01T00:00:00Z');
    const order = (await models.load('p')).map(({ name }) => name);
    expect(order.filter((name) => ['old', 'never', 'new'].includes(name))).toEqual(['new', 'old', 'never']);
    expect((await models.load('q')).map(({ name }) => name)).not.toContain('old');
  });
});

/** What the tests below read of answers. */
interface Answered {
  id: string;
  traceId: string;
  modelId: string | null;
  costDetails: Record<string, number>;
  pricingTiers: { id: string }[];
  datasetRunItems: unknown[];
  errors: unknown[];
}

describe('a whole server', () => {
  let dataDir: string;
  let app: App;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'telltale-models-'));
    const config = readConfig({
      PORT: '0',
      TELLTALE_OTLP_GRPC_PORT: '0',
      TELLTALE_DATA_DIR: dataDir,
      TELLTALE_DEMO: '0',
      TELLTALE_LOG_LEVEL: 'silent',
      LANGFUSE_INIT_ORG_ID: 'o',
      LANGFUSE_INIT_PROJECT_ID: 'p',
      LANGFUSE_INIT_PROJECT_PUBLIC_KEY: 'pk-lf-test',
      LANGFUSE_INIT_PROJECT_SECRET_KEY: 'sk-lf-test',
    });
    app = await startApp(config, createLogger('silent'));
  }, 60_000);
  afterAll(async () => {
    await app?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(`${app.url}/api/public${path}`, {
      method,
      headers: {
        authorization: `Basic ${btoa('pk-lf-test:sk-lf-test')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Answered };
  }
  let sent = 0;
  /** A generation with 10 input and 4 output tokens through the door. */
  async function generation(model: string, usage = { input: 10, output: 4 }) {
    const id = `generation-${++sent}`;
    const now = new Date().toISOString();
    const event = {
      id: `event-${sent}`,
      type: 'generation-create',
      timestamp: now,
      body: { id, traceId: `trace-${sent}`, name: 'g', startTime: now, model, usageDetails: usage },
    };
    const { status, body } = await call('POST', '/ingestion', { batch: [event] });
    expect({ status, errors: body.errors }).toEqual({ status: 207, errors: [] });
    return (await call('GET', `/observations/${id}`)).body;
  }

  it('prices the next span of a new model', async () => {
    const name = 'house-model-7b';
    expect(await generation(name)).toMatchObject({ modelId: null, costDetails: {} });
    const made = await call('POST', '/models', {
      modelName: name,
      matchPattern: '^house-model',
      unit: 'TOKENS',
      pricingTiers: [
        { ...standard, prices: { input: 0.5, output: 2 } },
        { ...large, prices: { input: 1, output: 4 } },
      ],
    });
    expect(made.status).toBe(200);
    const [usual, long] = made.body.pricingTiers as [{ id: string }, { id: string }];
    expect(await generation(name)).toMatchObject({
      modelId: made.body.id,
      costDetails: { input: 5, output: 8, total: 13 },
      inputPrice: 0.5,
      outputPrice: 2,
      usagePricingTierId: usual.id,
      usagePricingTierName: 'Standard',
    });
    expect(await generation(name, { input: 2000, output: 1 })).toMatchObject({
      costDetails: { input: 2000, output: 4, total: 2004 },
      usagePricingTierId: long.id,
    });
    // A project's own wins over a built-in one, and leaves with the deletion.
    const builtIn = await generation('gpt-4o');
    expect(builtIn.modelId).toBe('model-gpt-4o');
    const own = await call('POST', '/models', { ...flat, modelName: 'own', matchPattern: '^gpt-4o$' });
    expect(await generation('gpt-4o')).toMatchObject({ modelId: own.body.id, costDetails: { input: 0.01, output: 0 } });
    expect((await call('DELETE', `/models/${own.body.id}`)).status).toBe(200);
    expect(await generation('gpt-4o')).toMatchObject({ modelId: 'model-gpt-4o', costDetails: builtIn.costDetails });
  });

  it('links items with observations that it knows', async () => {
    const { id, traceId } = await generation('gpt-4o');
    await call('POST', '/v2/datasets', { name: 'a/b' });
    const item = await call('POST', '/dataset-items', { datasetName: 'a/b', input: { q: 1 } });
    const link = await call('POST', '/dataset-run-items', { runName: 'r', datasetItemId: item.body.id, observationId: id });
    expect(link).toMatchObject({ status: 200, body: { traceId, observationId: id } });
    const run = await call('GET', `/datasets/${encodeURIComponent('a/b')}/runs/r`);
    expect(run.body.datasetRunItems).toEqual([link.body]);
    const unknown = await call('POST', '/dataset-run-items', {
      runName: 'r',
      datasetItemId: item.body.id,
      observationId: 'none',
    });
    expect(unknown.status).toBe(404);
  });
});
