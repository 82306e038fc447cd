import { afterAll, describe, expect, it } from 'vitest';
import { billUsage } from '../../../contract/usage/bill-usage.ts';
import { emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { createEstimator } from './estimator.ts';
import type { PricedModel } from './model.ts';
import { createPrices } from './prices.ts';

// Loading a vocabulary takes seconds where others work beside it.
const estimator = createEstimator({ patience: 60_000 });
afterAll(() => estimator.stop());

const row = (fields: Partial<ObservationRow>): ObservationRow => ({
  ...emptyObservation('p', 't', 'o'),
  type: 'GENERATION',
  ...fields,
});

/** Prices one row with the built-in book (and a project's own models). */
async function priced(fields: Partial<ObservationRow>, models: PricedModel[] = []): Promise<ObservationRow> {
  const it = row(fields);
  await createPrices({ loadProjectModels: () => models, estimator }).priceRows([it]);
  return it;
}

describe('cost', () => {
  it.each([
    // USD per million: gpt-4o 2.5 / cached 1.25 / 10; gpt-5 1.25 / 0.125 / 10; claude-sonnet-4-5 3 / write 3.75, 1h 6 / read 0.3 / 15.
    ['input and output', 'gpt-4o', { input: 1000, output: 100 }, { input: 0.0025, output: 0.001, total: 0.0035 }],
    [
      'disjoint cached tokens',
      'gpt-4o',
      { input: 600, input_cached_tokens: 400, output: 100, total: 1100 },
      { input: 0.0015, input_cached_tokens: 0.0005, output: 0.001, total: 0.003 },
    ],
    [
      'cached tokens that the total shows to be inside input',
      'gpt-4o',
      { input: 1000, input_cached_tokens: 400, output: 100, total: 1100 },
      { input: 0.0015, input_cached_tokens: 0.0005, output: 0.001, total: 0.003 },
    ],
    [
      'disjoint reasoning',
      'gpt-5',
      { input: 1000, output: 200, output_reasoning_tokens: 300 },
      { input: 0.00125, output: 0.002, output_reasoning_tokens: 0.003, total: 0.00625 },
    ],
    [
      'reasoning that the total shows to be inside output',
      'gpt-5',
      { input: 1000, output: 500, output_reasoning_tokens: 300, total: 1500 },
      { input: 0.00125, output: 0.002, output_reasoning_tokens: 0.003, total: 0.00625 },
    ],
    [
      'bare reasoning_tokens beside output',
      'gpt-5',
      { input: 1000, output: 500, reasoning_tokens: 300 },
      { input: 0.00125, output: 0.002, reasoning_tokens: 0.003, total: 0.00625 },
    ],
    [
      'bare reasoning_tokens that the total shows to be apart',
      'gpt-5',
      { input: 1000, output: 200, reasoning_tokens: 300, total: 1500 },
      { input: 0.00125, output: 0.002, reasoning_tokens: 0.003, total: 0.00625 },
    ],
    [
      'reasoning under two names',
      'gpt-5',
      { input: 1000, output: 200, output_reasoning_tokens: 300, reasoning_tokens: 300 },
      { input: 0.00125, output: 0.002, output_reasoning_tokens: 0.003, total: 0.00625 },
    ],
    [
      'cache read and write of Claude',
      'claude-sonnet-4-5',
      { input: 100, input_cache_creation: 1000, input_cached_tokens: 2000, output: 10 },
      { input: 0.0003, input_cache_creation: 0.00375, input_cached_tokens: 0.0006, output: 0.00015, total: 0.0048 },
    ],
    [
      'cache writes of five minutes and an hour',
      'claude-sonnet-4-5',
      { input: 100, input_cache_creation_5m: 1000, input_cache_creation_1h: 1000 },
      { input: 0.0003, input_cache_creation_5m: 0.00375, input_cache_creation_1h: 0.006, total: 0.01005 },
    ],
    [
      'cache read under three names',
      'claude-sonnet-4-5',
      { input: 100, input_cached_tokens: 2000, input_cache_read: 2000, cache_read_input_tokens: 2000, output: 10 },
      { input: 0.0003, input_cached_tokens: 0.0006, output: 0.00015, total: 0.00105 },
    ],
    [
      'input under two names',
      'claude-sonnet-4-5',
      { input: 100, input_tokens: 100, output: 10, output_tokens: 10 },
      { input: 0.0003, output: 0.00015, total: 0.00045 },
    ],
    [
      'Gemini: cached content inside the prompt, thoughts beside the candidates',
      'gemini-2.5-pro',
      {
        promptTokenCount: 1000,
        cached_content_token_count: 400,
        candidatesTokenCount: 100,
        thoughtsTokenCount: 50,
        totalTokenCount: 1150,
      },
      {
        promptTokenCount: 0.00075,
        cached_content_token_count: 0.00005,
        candidatesTokenCount: 0.001,
        thoughtsTokenCount: 0.0005,
        total: 0.0023,
      },
    ],
    [
      'audio apart from text',
      'gpt-4o-audio-preview',
      { input_text_tokens: 1000, input_audio_tokens: 100, output_text_tokens: 100, output_audio_tokens: 50 },
      {
        input_text_tokens: 0.0025,
        input_audio_tokens: 0.01,
        output_text_tokens: 0.001,
        output_audio_tokens: 0.01,
        total: 0.0235,
      },
    ],
    [
      'audio told twice',
      'gpt-4o-audio-preview',
      { input: 1000, input_audio: 100, input_audio_tokens: 100 },
      { input: 0.0025, input_audio_tokens: 0.01, total: 0.0125 },
    ],
    [
      'cached tokens without a price of their own cost as input',
      'gpt-4-0613',
      { input: 900, input_cached_tokens: 100, output: 10 },
      { input: 0.027, input_cached_tokens: 0.003, output: 0.0006, total: 0.0306 },
    ],
    [
      'OpenAI names that came through as they are',
      'gpt-4',
      { prompt_tokens: 100, completion_tokens: 10 },
      { prompt_tokens: 0.003, completion_tokens: 0.0006, total: 0.0036 },
    ],
    ['an embedding by its total', 'text-embedding-3-small', { input: 1000 }, { total: 0.00002 }],
    ['an old embedding by its total', 'text-embedding-ada-002', { total: 500 }, { total: 0.00005 }],
    ['zero tokens', 'gpt-4o', { input: 0, output: 0 }, { input: 0, output: 0, total: 0 }],
  ])('%s', async (_, model, usage_details, cost) => {
    const { cost_details, total_cost, cost_provided } = await priced({ model, usage_details });
    expect(Object.keys(cost_details).toSorted()).toEqual(Object.keys(cost).toSorted());
    for (const [key, usd] of Object.entries(cost)) expect(cost_details[key], key).toBeCloseTo(usd, 12);
    expect(total_cost).toBeCloseTo(cost.total, 12);
    expect(cost_provided).toBe(false);
  });

  it('fills total and token sums, and who priced it', async () => {
    const got = await priced({ model: 'azure/gpt-4o', usage_details: { input: 60, input_cached_tokens: 40, output: 10 } });
    expect(got).toMatchObject({
      usage_details: { input: 60, input_cached_tokens: 40, output: 10, total: 110 },
      input_tokens: 100,
      output_tokens: 10,
      total_tokens: 110,
      price_model_id: 'model-gpt-4o',
      price_model_name: 'gpt-4o',
      price_tier_id: 'model-gpt-4o_tier_default',
      price_tier_name: 'Standard',
      usage_estimated: false,
    });
  });

  it('keeps a given total', async () => {
    expect((await priced({ model: 'gpt-4o', usage_details: { input: 5, output: 5, total: 12 } })).total_tokens).toBe(12);
  });

  it('sums usage without a model, at no cost', async () => {
    const got = await priced({ usage_details: { input: 5, output: 6 } });
    expect(got).toMatchObject({ total_tokens: 11, total_cost: null, cost_details: {}, price_model_id: '' });
  });

  it.each([
    [{ total: 0.5 }, 0.5],
    [{ input: 0.1, output: 0.2 }, 0.1 + 0.2],
    [{ input: 0.25, search: 0.5 }, 0.75],
    [{ input: 0.1, output: 0.2, total: 0.9 }, 0.9],
    [{ input: 0 }, 0],
  ])('never recomputes a provided cost: %j', async (cost_details, total) => {
    const got = await priced({ model: 'gpt-4o', usage_details: { input: 1_000_000 }, cost_details: { ...cost_details } });
    expect(got).toMatchObject({ cost_provided: true, total_cost: total, cost_details: { ...cost_details, total } });
    expect(got.price_model_name).toBe('gpt-4o');
  });
});

describe('tiers', () => {
  it.each([
    ['fast by parameter', 'gpt-4o', '{"service_tier":"priority"}', { input: 1000 }, 'Fast mode', 0.00425],
    ['flex', 'gpt-5.4-nano', '{"service_tier":"flex"}', { input: 1000 }, 'Flex', 0.0001],
    ['unknown value', 'gpt-4o', '{"service_tier":"default"}', { input: 1000 }, 'Standard', 0.0025],
    ['no parameters', 'gpt-4o', '', { input: 1000 }, 'Standard', 0.0025],
    ['broken parameters', 'gpt-4o', '{service_tier', { input: 1000 }, 'Standard', 0.0025],
    ['at the limit', 'gemini-2.5-pro', '', { input: 200_000 }, 'Standard', 0.25],
    ['over it', 'gemini-2.5-pro', '', { input: 200_001 }, 'Large Context', 0.5000025],
    ['over it by cached tokens', 'gemini-2.5-pro', '', { input: 150_000, input_cached_tokens: 60_000 }, 'Large Context', 0.39],
    [
      'not over it when they are inside',
      'gemini-2.5-pro',
      '',
      { input: 150_000, input_cached_tokens: 60_000, total: 150_000 },
      'Standard',
      0.12,
    ],
    ['two conditions', 'gpt-5.4', '{"service_tier":"flex"}', { input: 272_001 }, 'Flex · Large context (>272K)', 0.6800025],
    ['one of two', 'gpt-5.4', '', { input: 272_001 }, 'Large Context (>272K)', 1.360005],
  ])('%s', async (_, model, model_parameters, usage_details, tier, cost) => {
    const got = await priced({ model, model_parameters, usage_details });
    expect(got.price_tier_name).toBe(tier);
    expect(got.total_cost).toBeCloseTo(cost, 10);
  });

  it('by metadata, in order of priority, with exact usage types for own models', async () => {
    const tier = (
      name: string,
      priority: number,
      price: number,
      conditions: PricedModel['tiers'][number]['conditions'] = [],
    ) => ({ id: name, name, isDefault: priority === 0, priority, conditions, prices: { input: price } });
    const own: PricedModel = {
      id: 'own',
      name: 'own',
      matchPattern: '^own$',
      owner: 'project',
      tokenizer: null,
      tiers: [
        tier('base', 0, 1),
        tier('gold', 1, 2, [{ source: 'metadata', key: 'plan', operator: 'in', values: ['gold', 7] }]),
        tier('big', 2, 3, [{ usageDetailPattern: '^INPUT', operator: 'gte', value: 10 }]),
      ],
    };
    const usage_details = { input: 10, output: 5 };
    expect(await priced({ model: 'own', metadata: { plan: '7' }, usage_details }, [own])).toMatchObject({
      price_tier_name: 'gold',
      total_cost: 20,
      cost_details: { input: 20, total: 20 },
    });
    expect(await priced({ model: 'own', usage_details: { ...usage_details } }, [own])).toMatchObject({
      price_tier_name: 'big',
      total_cost: 30,
    });
    expect(await priced({ model: 'own', usage_details: { input: 9 } }, [own])).toMatchObject({
      price_tier_name: 'base',
      total_cost: 9,
    });
    expect(await priced({ model: 'own', usage_details: { output: 9 } }, [own])).toMatchObject({
      total_cost: null,
      cost_details: {},
    });
  });
});

describe('billing never invents or loses a token when the given total is the truth', () => {
  it.each([
    [{ input: 10, output: 5, total: 15 }],
    [{ input: 10, input_cached_tokens: 4, output: 5, total: 15 }],
    [{ input: 6, input_cached_tokens: 4, output: 5, total: 15 }],
    [{ input: 6, input_cached_tokens: 4, output: 3, output_reasoning_tokens: 2, total: 15 }],
    [{ input: 10, input_cached_tokens: 4, output: 5, output_reasoning_tokens: 2, total: 15 }],
    [{ input: 10, output: 5, reasoning_tokens: 2, total: 15 }],
    [{ input: 10, output: 3, reasoning_tokens: 2, total: 15 }],
    [{ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }],
    [{ input: 6, input_cached_tokens: 4, output: 5, reasoning_tokens: 2, total: 15 }],
    [{ input: 6, input_cached_tokens: 4, input_audio_tokens: 3, output: 5, total: 15 }],
    [{ input: 10, input_cached_tokens: 2, output: 3, output_reasoning_tokens: 2, total: 15 }],
  ])('%j', (usage) => {
    const bill = billUsage(usage);
    expect(Object.values(bill.units).reduce((a, b) => a + b, 0)).toBe(15);
    expect(bill.input).toBe(10);
    expect(bill.total).toBe(15);
  });
});

describe('missing usage is counted', () => {
  const messages = JSON.stringify([{ role: 'user', content: 'hello world' }]);

  it('as OpenAI counts chat messages', async () => {
    // "hello world" 2, "user" 1, the message 3, the answer's opening 3; "Hi there!" 3.
    const got = await priced({ model: 'gpt-4o', input: messages, output: 'Hi there!' });
    expect(got.usage_details).toEqual({ input: 9, output: 3, total: 12 });
    expect(got.usage_estimated).toBe(true);
    expect(got.total_cost).toBeCloseTo(9 * 2.5e-6 + 3 * 1e-5, 12);
  });

  it('with the vocabulary of the model', async () => {
    const input = 'Привет, как дела? 今天天气很好';
    const [older, newer] = await Promise.all([priced({ model: 'gpt-4', input }), priced({ model: 'gpt-4.1', input })]);
    expect(newer.input_tokens).toBeLessThan(older.input_tokens);
    expect((await priced({ model: 'text-embedding-3-small', type: 'EMBEDDING', input: 'hello world' })).usage_details).toEqual({
      input: 2,
      total: 2,
    });
  });

  it('for Claude roughly', async () => {
    const input = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
    const [gpt, claude] = await Promise.all([priced({ model: 'gpt-4o', input }), priced({ model: 'claude-sonnet-4-5', input })]);
    expect(claude.input_tokens).toBe(Math.round(gpt.input_tokens * 1.15));
  });

  it.each([
    ['an error', { level: 'ERROR' as const }],
    ['a chain', { type: 'CHAIN' as const }],
    ['an agent', { type: 'AGENT' as const }],
    ['a span', { type: 'SPAN' as const }],
    ['an unknown model', { model: 'unknown' }],
    ['a model without tokenizer', { model: 'gemini-2.5-pro' }],
    ['a given cost', { cost_details: { total: 1 } }],
    ['no text', { input: '', output: '' }],
  ])('not for %s', async (_, fields) => {
    const got = await priced({ model: 'gpt-4o', input: messages, output: 'Hi', ...fields });
    expect(got.usage_details).toEqual({});
    expect(got.usage_estimated).toBe(false);
  });

  it('in bounded time, whatever the text', async () => {
    const rows = [
      'a'.repeat(3_000_000),
      ' '.repeat(1_000_000),
      '漢'.repeat(1_000_000),
      JSON.stringify([{ role: 'user', content: 'x'.repeat(2_000_000) }]),
    ].map((input) => row({ model: 'gpt-4o', input }));
    const started = performance.now();
    await createPrices().priceRows(rows);
    expect(performance.now() - started).toBeLessThan(5000);
    for (const it of rows) expect(it.input_tokens).toBeGreaterThan(1000);
  });
});

describe('speed and caches', () => {
  it('prices far more than 200,000 known rows a second, without a promise', () => {
    const prices = createPrices();
    const make = () =>
      Array.from({ length: 50_000 }, (_, i) =>
        row({
          model: i % 2 ? 'gpt-4o-mini' : 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
          usage_details: i % 3 ? { input: 100, output: 20, total: 120 } : { input: 60, input_cached_tokens: 40, output: 20 },
        }),
      );
    prices.priceRows(make());
    let perSecond = 0;
    for (let run = 0; run < 3; run += 1) {
      const rows = make();
      const started = process.cpuUsage();
      expect(prices.priceRows(rows)).toBeUndefined();
      // Of the processor, as the machine may have other work.
      const { user, system } = process.cpuUsage(started);
      perSecond = Math.max(perSecond, rows.length / ((user + system) / 1e6));
      expect(rows.every((it) => it.total_cost !== null)).toBe(true);
    }
    expect(perSecond).toBeGreaterThan(200_000);
  });

  it("keeps projects apart, reads models once, again after 'forget' or half a minute", async () => {
    let now = 0;
    const loads: string[] = [];
    const own = (id: string): PricedModel => ({
      id,
      name: id,
      matchPattern: '^gpt-4o$',
      owner: 'project',
      tokenizer: null,
      tiers: [{ id: 't', name: 'Standard', isDefault: true, priority: 0, conditions: [], prices: { input: 1 } }],
    });
    const prices = createPrices({
      clock: { now: () => now },
      loadProjectModels: async (projectId) => {
        loads.push(projectId);
        return projectId === 'a' ? [own('own-a')] : [];
      },
    });
    const rows = ['a', 'b', 'a'].map((project_id) => row({ project_id, model: 'gpt-4o', usage_details: { input: 1 } }));
    await prices.priceRows(rows);
    expect(rows.map((it) => it.price_model_id)).toEqual(['own-a', 'model-gpt-4o', 'own-a']);
    expect(prices.priceRows(rows)).toBeUndefined();
    expect(loads).toEqual(['a', 'b']);
    prices.forget('a');
    expect((await prices.match('a', 'gpt-4o'))?.id).toBe('own-a');
    expect(loads).toEqual(['a', 'b', 'a']);
    now = 31_000;
    expect((await prices.findModel('b', 'model-gpt-4o'))?.name).toBe('gpt-4o');
    expect(await prices.findModel('b', 'own-a')).toBeNull();
    expect(loads).toEqual(['a', 'b', 'a', 'b']);
    expect((await prices.list('a'))[0]?.id).toBe('own-a');
  });
});
