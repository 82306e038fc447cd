import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billUsage } from '../../../contract/usage/bill-usage.ts';
import { readUsage } from '../../../contract/usage/read-usage.ts';
import { usageDetails } from '../../ingest/langfuse/usage.ts';
import { readExport } from '../../ingest/read-export.ts';
import type { Sender } from '../../ingest/types.ts';
import { emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { computeCost } from './compute-cost.ts';
import type { PricedModel } from './model.ts';
import { priceBook } from './price-book.ts';
import { createPrices } from './prices.ts';

const sender: Sender = { projectId: 'p', publicKey: 'pk', scope: 'full', via: 'otlp-http', sdkName: '', sdkVersion: '' };
type Attributes = Record<string, string | number>;

async function overOtlp(attributes: Attributes, scope = 'otel', models: PricedModel[] = []): Promise<ObservationRow> {
  const value = (given: string | number) =>
    typeof given === 'string'
      ? { stringValue: given }
      : Number.isInteger(given)
        ? { intValue: String(given) }
        : { doubleValue: given };
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'chat',
    startTimeUnixNano: '1767225600000000000',
    endTimeUnixNano: '1767225601000000000',
    attributes: Object.entries(attributes).map(([key, given]) => ({ key, value: value(given) })),
  };
  const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: scope }, spans: [span] }] }] }));
  const { rows } = readExport(body, 'json', sender, 1767225600000000);
  await createPrices({ loadProjectModels: () => models }).priceRows(rows);
  return rows[0]!;
}

const langfuseOtlp = (model: string, usage: unknown, models: PricedModel[] = []) =>
  overOtlp(
    {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': model,
      'langfuse.observation.usage_details': JSON.stringify(usage),
    },
    'langfuse-sdk',
    models,
  );

async function batch(model: string, usage: unknown, models: PricedModel[] = []): Promise<ObservationRow> {
  const row = {
    ...emptyObservation('p', 't', 'o'),
    type: 'GENERATION' as const,
    model,
    usage_details: usageDetails.parse(usage) ?? {},
  };
  await createPrices({ loadProjectModels: () => models }).priceRows([row]);
  return row;
}

describe("a body's cost, by the batch API and over OTLP", () => {
  const anthropic = {
    input_tokens: 100,
    output_tokens: 100,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 1500,
    cache_creation: { ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 1000 },
  };
  it.each<[name: string, model: string, usage: unknown, usd: number, total: number]>([
    [
      'details that make up their sides',
      'gpt-4o',
      {
        prompt_tokens: 1000,
        completion_tokens: 100,
        total_tokens: 1100,
        prompt_tokens_details: { text_tokens: 1000 },
        completion_tokens_details: { text_tokens: 60, reasoning_tokens: 40 },
      },
      0.0035,
      1100,
    ],
    [
      'the same, Gemini',
      'gemini-2.5-flash',
      { input: 0, input_text_tokens: 1000, output: 0, output_text_tokens: 60, output_reasoning_tokens: 40 },
      0.00055,
      1100,
    ],
    [
      'the same, Claude',
      'claude-sonnet-4-6',
      { input: 0, input_text_tokens: 1000, output: 0, output_text_tokens: 60, output_reasoning_tokens: 40 },
      0.0045,
      1100,
    ],
    [
      'text that holds the cached tokens',
      'gpt-4o',
      {
        prompt_tokens: 1000,
        completion_tokens: 0,
        total_tokens: 1000,
        prompt_tokens_details: { text_tokens: 1000, cached_tokens: 400 },
      },
      600 * 2.5e-6 + 400 * 1.25e-6,
      1000,
    ],
    ['a total under another name', 'gpt-4o', { input: 100, output: 10, total_tokens: 110 }, 0.00035, 110],
    [
      'Gemini as it is',
      'gemini-2.5-flash',
      { promptTokenCount: 200, candidatesTokenCount: 100, thoughtsTokenCount: 50, totalTokenCount: 350 },
      200 * 3e-7 + 150 * 2.5e-6,
      350,
    ],
    ['reasoning inside the output', 'o4-mini', { input: 100, output: 300, reasoning_tokens: 200 }, 0.00143, 400],
    ['input and total only', 'text-embedding-3-small', { input_tokens: 1, total_tokens: 1 }, 2e-8, 1],
    ['Anthropic as it is', 'claude-sonnet-4-6', anthropic, 100 * 3e-6 + 500 * 3.75e-6 + 1000 * 6e-6 + 100 * 1.5e-5, 1700],
    [
      'a sum of cache writes beside its parts',
      'claude-sonnet-4-6',
      { input: 100, input_cache_creation: 1500, input_cache_creation_5m: 500, input_cache_creation_1h: 1000, output: 100 },
      100 * 3e-6 + 500 * 3.75e-6 + 1000 * 6e-6 + 100 * 1.5e-5,
      1700,
    ],
    [
      'flattened lifetimes',
      'claude-sonnet-4-6',
      { input_tokens: 100, ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 1000, output_tokens: 2 },
      100 * 3e-6 + 500 * 3.75e-6 + 1000 * 6e-6 + 2 * 1.5e-5,
      1602,
    ],
    [
      'an extra key: money',
      'gpt-4o',
      {
        prompt_tokens: 1000,
        completion_tokens: 100,
        total_tokens: 1100,
        prompt_tokens_details: { cached_tokens: 900 },
        cost: 0.01,
      },
      0.002375,
      1100,
    ],
    [
      'an extra key: the cache again',
      'gpt-4o',
      {
        prompt_tokens: 1000,
        completion_tokens: 100,
        total_tokens: 1100,
        prompt_tokens_details: { cached_tokens: 900 },
        prompt_cache_hit_tokens: 900,
        prompt_cache_miss_tokens: 100,
      },
      0.002375,
      1100,
    ],
    [
      'the cache told as hits and misses only',
      'gpt-4o',
      { prompt_tokens: 1000, completion_tokens: 100, prompt_cache_hit_tokens: 900, prompt_cache_miss_tokens: 100 },
      0.002375,
      1100,
    ],
    [
      'LangChain',
      'claude-sonnet-4-5',
      {
        input_tokens: 850,
        output_tokens: 30,
        total_tokens: 880,
        input_token_details: { cache_read: 64, ephemeral_5m_input_tokens: 20 },
      },
      766 * 3e-6 + 64 * 3e-7 + 20 * 3.75e-6 + 30 * 1.5e-5,
      880,
    ],
    [
      'Bedrock as it is',
      'claude-sonnet-4-5',
      { inputTokens: 100, outputTokens: 10, totalTokens: 1110, cacheReadInputTokens: 1000 },
      100 * 3e-6 + 1000 * 3e-7 + 10 * 1.5e-5,
      1110,
    ],
    [
      'cached audio',
      'gpt-4o-realtime-preview',
      {
        input_tokens: 100,
        output_tokens: 20,
        total_tokens: 120,
        input_token_details: {
          cached_tokens: 40,
          text_tokens: 80,
          audio_tokens: 20,
          cached_tokens_details: { text_tokens: 30, audio_tokens: 10 },
        },
        output_token_details: { text_tokens: 15, audio_tokens: 5 },
      },
      50 * 5e-6 + 30 * 2.5e-6 + 10 * 1e-4 + 10 * 2e-5 + 15 * 2e-5 + 5 * 2e-4,
      120,
    ],
    [
      'written to the cache',
      'gpt-5.6-sol',
      { input: 1000, cache_write_tokens: 2000, output: 100 },
      1000 * 5e-6 + 2000 * 6.25e-6 + 100 * 3e-5,
      3100,
    ],
  ])('%s', async (_, model, usage, usd, total) => {
    const [one, other] = [await batch(model, usage), await langfuseOtlp(model, usage)];
    expect(one.total_cost).toBeCloseTo(usd, 10);
    expect(one.total_tokens).toBe(total);
    const facts = ({ usage_details, cost_details, total_cost, input_tokens, output_tokens, total_tokens }: ObservationRow) => ({
      usage_details,
      cost_details,
      total_cost,
      input_tokens,
      output_tokens,
      total_tokens,
    });
    expect(facts(other)).toEqual(facts(one));
  });
});

const O3 = { 'gen_ai.request.model': 'o3', 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 100 };

describe("a span's cost", () => {
  it.each<[name: string, attributes: Attributes, usd: number]>([
    [
      'input without its cache: more is cached than there is input',
      {
        'gen_ai.request.model': 'claude-sonnet-4-6',
        'gen_ai.usage.input_tokens': 10000,
        'gen_ai.usage.cache_read_input_tokens': 50000,
        'gen_ai.usage.output_tokens': 100,
      },
      0.0465,
    ],
    [
      'input without its cache: the total tells',
      {
        'llm.model_name': 'claude-sonnet-4-6',
        'llm.token_count.prompt': 10000,
        'llm.token_count.completion': 100,
        'llm.token_count.total': 19100,
        'llm.token_count.prompt_details.cache_read': 9000,
      },
      0.0342,
    ],
    [
      'what was written to the cache, by a name of its own',
      {
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.usage.input_tokens': 109,
        'gen_ai.usage.cache_write.input_tokens': 20,
        'gen_ai.usage.cache_read.input_tokens': 64,
        'gen_ai.usage.output_tokens': 62,
      },
      0.0010992,
    ],
    [
      'what was written for an hour, told by Anthropic itself',
      {
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.usage.input_tokens': 120,
        'gen_ai.usage.cache_write.input_tokens': 20,
        'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 20,
      },
      100 * 3e-6 + 20 * 6e-6,
    ],
    [
      'thinking (AG2)',
      {
        'gen_ai.request.model': 'gpt-5-mini',
        'gen_ai.usage.input_tokens': 83,
        'gen_ai.usage.output_tokens': 91,
        'gen_ai.usage.cache_read_input_tokens': 64,
        'gen_ai.usage.thinking_tokens': 32,
      },
      0.00018835,
    ],
    ['flex', { ...O3, 'openai.request.service_tier': 'flex' }, 0.0014],
    ['flex, in the conventions of OpenTelemetry', { ...O3, 'gen_ai.openai.request.service_tier': 'flex' }, 0.0014],
    ['flex, served', { ...O3, 'openai.request.service_tier': 'auto', 'openai.response.service_tier': 'flex' }, 0.0014],
    [
      'flex, asked for in vain',
      { ...O3, 'openai.request.service_tier': 'flex', 'openai.response.service_tier': 'default' },
      0.0028,
    ],
    ['a cost of 0 from who has no price', { ...O3, 'gen_ai.usage.cost': 0 }, 0.0028],
    ['a cost', { ...O3, 'gen_ai.usage.cost': 0.5 }, 0.5],
    ['a model in quotes', { ...O3, 'gen_ai.request.model': '"o3"' }, 0.0028],
  ])('%s', async (_, attributes, usd) => {
    expect((await overOtlp(attributes)).total_cost).toBeCloseTo(usd, 10);
  });
});

const MODELS = [
  'gpt-4o',
  'gpt-4.1',
  'gpt-5',
  'gpt-5.6-sol',
  'o3',
  'o4-mini',
  'gpt-4',
  'claude-sonnet-4-6',
  'claude-3-haiku-20240307',
  'gemini-2.5-flash',
  'gemini-2.5-pro',
  'gemini-3-pro-preview',
  'gpt-4o-audio-preview',
  'gpt-4o-realtime-preview',
];
const DETAILS = [
  'input_text_tokens',
  'input_text',
  'input_audio_tokens',
  'input_image',
  'input_image_tokens',
  'input_video',
  'input_video_tokens',
  'input_cached_tokens',
  'input_cache_read',
  'input_cache_creation',
  'input_cache_write_tokens',
  'cache_write_input_tokens',
  'input_cache_creation_1h',
  'input_cached_audio_tokens',
  'output_text_tokens',
  'output_audio_tokens',
  'output_reasoning_tokens',
  'output_image_tokens',
];
it('charges every detail of every model: at its price, or as the whole that it came out of', async () => {
  for (const model of MODELS) {
    for (const detail of DETAILS) {
      const { total_cost, cost_details } = await batch(model, { [detail]: 1000 });
      expect(cost_details[detail], `${model} ${detail}`).toBeGreaterThan(0);
      expect(total_cost, `${model} ${detail}`).toBe(cost_details[detail]);
    }
  }
});

describe("a project's own model", () => {
  const own: PricedModel = {
    id: 'own',
    name: 'own',
    matchPattern: '^own$',
    owner: 'project',
    tokenizer: null,
    tiers: [
      { id: 't', name: 'Standard', isDefault: true, priority: 0, conditions: [], prices: { input: 1.1e-6, output: 4.4e-6 } },
    ],
  };
  it.each<[usage: unknown, usd: number]>([
    [{ input: 100, output: 100, output_reasoning_tokens: 900 }, 0.00451],
    [{ input: 100, output: 100, reasoning: 900 }, 0.00451],
    [{ input: 60, input_cached_tokens: 40, output: 0 }, 0.00011],
    [{ prompt_tokens: 100, completion_tokens: 10 }, 100 * 1.1e-6 + 10 * 4.4e-6],
    [{ input_tokens: 100, output_tokens: 10 }, 100 * 1.1e-6 + 10 * 4.4e-6],
  ])('prices quantities whatever they are called: %j', async (usage, usd) => {
    expect((await batch('own', usage, [own])).total_cost).toBeCloseTo(usd, 12);
    expect((await langfuseOtlp('own', usage, [own])).total_cost).toBeCloseTo(usd, 12);
  });
});

describe('for any usage and every model of the book', () => {
  const count = fc.nat({ max: 100_000 });
  /** Of one side: what is left, and details beside it. */
  const truth = fc.record({
    input: count,
    cached: count,
    created: count,
    output: count,
    reasoning: count,
  });
  const total = ({
    input,
    cached,
    created,
    output,
    reasoning,
  }: {
    input: number;
    cached: number;
    created: number;
    output: number;
    reasoning: number;
  }) => input + cached + created + output + reasoning;

  it('the parts of a bill add up to its total, and no count vanishes', () => {
    fc.assert(
      fc.property(truth, fc.constantFrom(...priceBook), (told, model) => {
        const bill = billUsage({
          input: told.input,
          input_cached_tokens: told.cached,
          input_cache_creation: told.created,
          output: told.output,
          output_reasoning_tokens: told.reasoning,
        });
        expect(Object.values(bill.units).reduce((a, b) => a + b, 0)).toBe(total(told));
        expect(bill.input + bill.output).toBe(bill.total);
        for (const tier of model.tiers) {
          const { total: sum, ...parts } = computeCost(tier, bill);
          if (tier.prices.total !== undefined) {
            expect(sum).toBeCloseTo(bill.total * tier.prices.total, 9);
            continue;
          }
          expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBeCloseTo(sum!, 9);
          for (const name in bill.units) if (bill.units[name]! > 0) expect(parts, `${model.name} ${name}`).toHaveProperty(name);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('any map that anybody sends: billing it again with its own total changes nothing', () => {
    const name = fc.constantFrom(
      ...DETAILS,
      'input',
      'output',
      'prompt_tokens',
      'completion_tokens',
      'reasoning_tokens',
      'promptTokenCount',
      'thoughtsTokenCount',
      'cachedContentTokenCount',
      'candidatesTokenCount',
      'cache_read_input_tokens',
      'cached_tokens',
      'web_search_queries',
      'whatever',
    );
    fc.assert(
      fc.property(fc.dictionary(name, fc.nat({ max: 50 }), { maxKeys: 7 }), fc.option(fc.nat({ max: 200 })), (map, given) => {
        const usage = given === null ? map : { ...map, total: given };
        const bill = billUsage(usage);
        for (const units of Object.values(bill.units)) expect(units).toBeGreaterThanOrEqual(0);
        const again = billUsage({ ...usage, total: bill.total });
        expect([again.input, again.output, again.total]).toEqual([bill.input, bill.output, bill.total]);
      }),
      { numRuns: 500 },
    );
  });

  /** Spellings of one call, in which details lie inside their sides. */
  const spelled: Record<
    string,
    (told: { input: number; cached: number; output: number; reasoning: number }, model: string) => Promise<ObservationRow>
  > = {
    'Langfuse, batch': ({ input, cached, output, reasoning }, model) =>
      batch(model, {
        input: input - cached,
        input_cached_tokens: cached,
        output: output - reasoning,
        output_reasoning_tokens: reasoning,
      }),
    'Langfuse, OTLP': ({ input, cached, output, reasoning }, model) =>
      langfuseOtlp(model, {
        input: input - cached,
        input_cached_tokens: cached,
        output: output - reasoning,
        output_reasoning_tokens: reasoning,
      }),
    'OpenAI, batch': ({ input, cached, output, reasoning }, model) =>
      batch(model, {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: cached },
        completion_tokens_details: { reasoning_tokens: reasoning },
      }),
    'OpenAI responses, OTLP': ({ input, cached, output, reasoning }, model) =>
      langfuseOtlp(model, {
        input_tokens: input,
        output_tokens: output,
        total_tokens: input + output,
        input_tokens_details: { cached_tokens: cached },
        output_tokens_details: { reasoning_tokens: reasoning },
      }),
    'Gemini, batch': ({ input, cached, output, reasoning }, model) =>
      batch(model, {
        promptTokenCount: input,
        cachedContentTokenCount: cached,
        candidatesTokenCount: output - reasoning,
        thoughtsTokenCount: reasoning,
        totalTokenCount: input + output,
      }),
    'GenAI conventions': ({ input, cached, output, reasoning }, model) =>
      overOtlp({
        'gen_ai.request.model': model,
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.output_tokens': output,
        'gen_ai.usage.cache_read.input_tokens': cached,
        'gen_ai.usage.reasoning.output_tokens': reasoning,
      }),
    OpenInference: ({ input, cached, output, reasoning }, model) =>
      overOtlp({
        'llm.model_name': model,
        'llm.token_count.prompt': input,
        'llm.token_count.completion': output,
        'llm.token_count.total': input + output,
        'llm.token_count.prompt_details.cache_read': cached,
        'llm.token_count.completion_details.reasoning': reasoning,
      }),
    'AI SDK': ({ input, cached, output, reasoning }, model) =>
      overOtlp(
        {
          'ai.operationId': 'ai.generateText.doGenerate',
          'ai.model.id': model,
          'gen_ai.usage.input_tokens': input,
          'gen_ai.usage.output_tokens': output,
          'ai.usage.cachedInputTokens': cached,
          'ai.usage.reasoningTokens': reasoning,
        },
        'ai',
      ),
  };

  it('every spelling of one call costs the same', async () => {
    const call = fc
      .record({
        rest: fc.integer({ min: 1, max: 50_000 }),
        cached: fc.nat({ max: 50_000 }),
        said: fc.integer({ min: 1, max: 5_000 }),
        reasoning: fc.nat({ max: 5_000 }),
      })
      .map(({ rest, cached, said, reasoning }) => ({ input: rest + cached, cached, output: said + reasoning, reasoning }));
    await fc.assert(
      fc.asyncProperty(
        call,
        fc.constantFrom('gpt-4o', 'gpt-5', 'claude-sonnet-4-5', 'gemini-2.5-pro', 'gpt-4'),
        async (told, model) => {
          const rows = await Promise.all(
            Object.entries(spelled).map(async ([name, spell]) => [name, await spell(told, model)] as const),
          );
          const [, first] = rows[0]!;
          for (const [name, row] of rows) {
            expect([row.input_tokens, row.output_tokens, row.total_tokens], name).toEqual([
              told.input,
              told.output,
              told.input + told.output,
            ]);
            expect(row.total_cost, name).toBeCloseTo(first.total_cost!, 9);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

it('reads what no count is as none, and refuses odd counts one by one', () => {
  expect(
    readUsage({ input: 10.5, output: -1, a: '7', b: 'x', c: null, total: 2 ** 63, service_tier: 'standard', ok: true }),
  ).toEqual({
    details: { a: 7 },
    refused: ['input is not a whole number', 'output is negative', 'total is more than 1000000000'],
  });
});
