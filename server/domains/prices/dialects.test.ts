import { expect, it } from 'vitest';
import { readExport } from '../../ingest/read-export.ts';
import type { Sender } from '../../ingest/types.ts';
import { createPrices } from './prices.ts';

const sender: Sender = { projectId: 'p', publicKey: 'pk', scope: 'full', via: 'otlp-http', sdkName: '', sdkVersion: '' };

type Value = string | number;

function exportOf(scope: string, attributes: Record<string, Value>): Buffer {
  const toValue = (value: Value) => (typeof value === 'number' ? { intValue: String(value) } : { stringValue: value });
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'chat',
    startTimeUnixNano: '1767225600000000000',
    endTimeUnixNano: '1767225601000000000',
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) })),
  };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: scope }, spans: [span] }] }] }));
}

/*
 * The same call everywhere: 1,000 tokens in, 400 of them from the cache; 500 out, 300 of them reasoning. gpt-5 costs 1.25 USD per million
 * in, 0.125 from the cache, 10 out, reasoning included: 600 x 1.25 + 400 x 0.125 + 500 x 10 = 5800 per million.
 */
const GPT5 = 0.0058;
/* Claude Sonnet 4.5: 600 x 3 + 300 from the cache x 0.3 + 100 into it x 3.75 + 500 x 15 = 9765 per million. */
const SONNET = 0.009765;

it.each<[dialect: string, scope: string, attributes: Record<string, Value>, usd: number]>([
  [
    'GenAI conventions',
    'otel',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 500,
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.reasoning.output_tokens': 300,
    },
    GPT5,
  ],
  [
    'GenAI conventions, Claude',
    'otel',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 500,
      'gen_ai.usage.cache_read.input_tokens': 300,
      'gen_ai.usage.cache_creation.input_tokens': 100,
    },
    SONNET,
  ],
  [
    'OpenLLMetry',
    'opentelemetry.instrumentation.openai',
    {
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.usage.prompt_tokens': 1000,
      'gen_ai.usage.completion_tokens': 500,
      'llm.usage.total_tokens': 1500,
      'gen_ai.usage.cache_read_input_tokens': 400,
      'gen_ai.usage.reasoning_tokens': 300,
    },
    GPT5,
  ],
  [
    'OpenInference',
    'openinference.instrumentation.openai',
    {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-5',
      'llm.token_count.prompt': 1000,
      'llm.token_count.completion': 500,
      'llm.token_count.total': 1500,
      'llm.token_count.prompt_details.cache_read': 400,
      'llm.token_count.completion_details.reasoning': 300,
    },
    GPT5,
  ],
  [
    'Pydantic AI',
    'pydantic-ai',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 500,
      'gen_ai.usage.details.cache_read_tokens': 400,
      'gen_ai.usage.details.reasoning_tokens': 300,
    },
    GPT5,
  ],
  [
    'Vercel AI SDK',
    'ai',
    {
      'operation.name': 'ai.generateText.doGenerate',
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.id': 'gpt-5',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 500,
      'ai.usage.cachedInputTokens': 400,
      'ai.usage.reasoningTokens': 300,
      'ai.usage.tokens': 1500,
    },
    GPT5,
  ],
  [
    'Vercel AI SDK, counts from the provider',
    'ai',
    {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.id': 'gpt-5',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 500,
      'ai.response.providerMetadata': JSON.stringify({ openai: { cachedPromptTokens: 400, reasoningTokens: 300 } }),
    },
    GPT5,
  ],
  [
    'Langfuse, apart',
    'langfuse-sdk',
    {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-5',
      'langfuse.observation.usage_details': JSON.stringify({
        input: 600,
        input_cached_tokens: 400,
        output: 200,
        output_reasoning_tokens: 300,
      }),
    },
    GPT5,
  ],
  [
    'Langfuse, inside, with the total',
    'langfuse-sdk',
    {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-5',
      'langfuse.observation.usage_details': JSON.stringify({
        input: 1000,
        input_cached_tokens: 400,
        output: 500,
        output_reasoning_tokens: 300,
        total: 1500,
      }),
    },
    GPT5,
  ],
  [
    "Langfuse, OpenAI's object",
    'langfuse-sdk',
    {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-5',
      'langfuse.observation.usage_details': JSON.stringify({
        input: 600,
        input_cached_tokens: 400,
        output: 200,
        output_reasoning_tokens: 300,
        total: 1500,
      }),
    },
    GPT5,
  ],
  [
    'Genkit',
    'genkit-tracer',
    {
      'genkit:metadata:subtype': 'model',
      'genkit:name': 'openai/gpt-5',
      'genkit:output': JSON.stringify({
        usage: { inputTokens: 1000, outputTokens: 500, thoughtsTokens: 300, totalTokens: 1500 },
      }),
    },
    0.00625,
  ],
])('charges each token once: %s', async (_, scope, attributes, usd) => {
  const { rows, refused } = readExport(exportOf(scope, attributes), 'json', sender, 1767225600000000);
  expect(refused).toEqual([]);
  await createPrices().priceRows(rows);
  expect(rows[0]!.total_cost).toBeCloseTo(usd, 12);
  expect([rows[0]!.input_tokens, rows[0]!.output_tokens, rows[0]!.total_tokens]).toEqual([1000, 500, 1500]);
});

// Whether it counts is decided over the whole trace: contract/usage/repeats.ts.
it('prices an agent that may be the only one to tell what was used', async () => {
  const attributes = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
  };
  const { rows } = readExport(exportOf('otel', attributes), 'json', sender, 1767225600000000);
  await createPrices().priceRows(rows);
  expect(rows[0]).toMatchObject({ type: 'AGENT', total_cost: 0.0035, total_tokens: 1100, model: 'gpt-4o' });
});
