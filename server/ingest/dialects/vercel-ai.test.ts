import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../otlp/decoded.ts';
import { ioOf, rowOf, START } from './example-span.ts';

const AI = { scope: 'ai' };

describe('type', () => {
  it.each([
    ['ai.generateText.doGenerate', 'GENERATION'],
    ['ai.streamText.doStream', 'GENERATION'],
    ['ai.generateObject.doGenerate', 'GENERATION'],
    ['ai.streamObject.doStream', 'GENERATION'],
    ['ai.embed.doEmbed', 'EMBEDDING'],
    ['ai.embedMany.doEmbed', 'EMBEDDING'],
    ['ai.toolCall', 'TOOL'],
    ['ai.generateText', 'SPAN'],
  ])('of %s is %s', (operation, type) => {
    expect(rowOf({ 'ai.operationId': operation, 'ai.model.id': 'gpt-5' }, AI).type).toBe(type);
    expect(
      rowOf({ 'operation.name': `${operation}${type === 'SPAN' ? '' : ' my-function'}`, 'ai.model.id': 'gpt-5' }, AI).type,
    ).toBe(type);
  });

  it('of a call without a model is SPAN', () => {
    expect(rowOf({ 'ai.operationId': 'ai.generateText.doGenerate' }, AI).type).toBe('SPAN');
  });
});

it('is named after the function, the operation or the tool', () => {
  expect(rowOf({ 'ai.operationId': 'ai.generateText' }, AI).name).toBe('ai.generateText');
  expect(rowOf({ 'ai.operationId': 'ai.generateText', 'ai.telemetry.functionId': 'chat' }, AI).name).toBe('chat:ai.generateText');
  expect(rowOf({ 'ai.operationId': 'ai.toolCall', 'ai.toolCall.name': 'weather' }, AI).name).toBe('weather');
});

describe('input and output', () => {
  it.each<[string, Record<string, AttributeValue>, unknown, unknown]>([
    ['messages and text', { 'ai.prompt.messages': '[1]', 'ai.prompt': 'p', 'ai.response.text': 't' }, [1], 't'],
    [
      'text with calls',
      { 'ai.response.text': 't', 'ai.response.toolCalls': '[{"toolName":"x"}]' },
      null,
      { role: 'assistant', content: 't', tool_calls: [{ toolName: 'x' }] },
    ],
    [
      'empty text with calls',
      { 'ai.response.text': '', 'ai.response.toolCalls': '[]' },
      null,
      { role: 'assistant', content: '', tool_calls: [] },
    ],
    ['calls alone', { 'ai.response.toolCalls': '[{"toolName":"x"}]' }, null, [{ toolName: 'x' }]],
    ['a tool', { 'ai.toolCall.args': '{"a":1}', 'ai.toolCall.result': '2' }, { a: 1 }, 2],
    ['an object', { 'ai.prompt': 'p', 'ai.response.object': '{"o":1}' }, 'p', { o: 1 }],
    ['the conventions where it says nothing', { 'gen_ai.input.messages': '[1]', 'gen_ai.output.messages': '[2]' }, [1], [2]],
    ['nothing of other dialects', { 'input.value': 'x' }, null, null],
  ])('of %s', (_, attributes, input, output) => {
    expect(ioOf(attributes, AI)).toEqual({ input, output });
  });
});

it('always tells the same parameters, and what Langfuse says on top', () => {
  const nothing = {
    maxSteps: null,
    toolChoice: null,
    maxTokens: null,
    finishReason: null,
    system: null,
    maxRetries: null,
    mode: null,
    temperature: null,
    service_tier: null,
  };
  expect(JSON.parse(rowOf({}, AI).model_parameters)).toEqual(nothing);
  const row = rowOf(
    {
      'ai.settings.maxRetries': 2,
      'gen_ai.response.finish_reasons': ['stop'],
      'ai.model.provider': 'openai.chat',
      'ai.response.providerMetadata': '{"openai":{"serviceTier":"flex"}}',
      'langfuse.observation.model.parameters': '{"mode":"fast"}',
    },
    AI,
  );
  expect(JSON.parse(row.model_parameters)).toEqual({
    ...nothing,
    maxRetries: 2,
    finishReason: '["stop"]',
    system: 'openai.chat',
    service_tier: 'flex',
    mode: 'fast',
  });
});

describe('usage counts nothing twice', () => {
  const metadata = (value: unknown) => ({ 'ai.response.providerMetadata': JSON.stringify(value) });
  it.each<[string, Record<string, AttributeValue>, Record<string, number>, [number, number]]>([
    [
      'plain',
      { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 40 },
      { input: 100, output: 40, total: 140 },
      [100, 40],
    ],
    [
      'cached and reasoned',
      {
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 40,
        'ai.usage.cachedInputTokens': 60,
        'ai.usage.reasoningTokens': 30,
      },
      { input: 40, output: 10, input_cached_tokens: 60, output_reasoning_tokens: 30, total: 140 },
      [100, 40],
    ],
    [
      'OpenAI tells again',
      {
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 40,
        'ai.usage.cachedInputTokens': 60,
        ...metadata({ openai: { cachedPromptTokens: 60, reasoningTokens: 30 } }),
      },
      { input: 40, output: 10, input_cached_tokens: 60, output_reasoning_tokens: 30, total: 140 },
      [100, 40],
    ],
    [
      'what a wrapper repeats of its calls',
      {
        'ai.operationId': 'ai.streamText',
        'ai.usage.inputTokens': 100,
        'ai.usage.outputTokens': 40,
        'ai.usage.cachedInputTokens': 60,
        'ai.usage.reasoningTokens': 30,
        'ai.usage.tokens': 140,
        ...metadata({ openai: { reasoningTokens: 30 } }),
      },
      { input: 0, output: 0, total: 0 },
      [0, 0],
    ],
    [
      'a wrapper that tells in the names of the conventions',
      { 'ai.operationId': 'ai.generateText', 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 40 },
      { input: 100, output: 40, total: 140 },
      [100, 40],
    ],
    [
      'Anthropic by lifetime',
      {
        'gen_ai.usage.input_tokens': 5000,
        'gen_ai.usage.output_tokens': 200,
        ...metadata({
          anthropic: {
            usage: {
              cache_creation_input_tokens: 3000,
              cache_read_input_tokens: 1500,
              cache_creation: { ephemeral_5m_input_tokens: 2000, ephemeral_1h_input_tokens: 1000 },
            },
          },
        }),
      },
      {
        input: 500,
        output: 200,
        input_cache_creation: 0,
        input_cached_tokens: 1500,
        input_cache_creation_5m: 2000,
        input_cache_creation_1h: 1000,
        total: 5200,
      },
      [5000, 200],
    ],
    [
      'predictions stay in the output',
      {
        'gen_ai.usage.output_tokens': 40,
        ...metadata({ openai: { acceptedPredictionTokens: 20, rejectedPredictionTokens: 5 } }),
      },
      { input: 0, output: 40, accepted_prediction_tokens: 20, rejected_prediction_tokens: 5, total: 40 },
      [0, 40],
    ],
    [
      'Bedrock',
      {
        'gen_ai.usage.input_tokens': 5734,
        'gen_ai.usage.output_tokens': 178,
        ...metadata({
          bedrock: { usage: { cacheReadInputTokens: 4482, cacheWriteInputTokens: 0, cacheCreationInputTokens: 100 } },
        }),
      },
      { input: 1152, output: 178, input_cache_read: 4482, input_cache_write: 0, input_cache_creation: 100, total: 5912 },
      [5734, 178],
    ],
    ['nothing told', {}, { input: 0, output: 0, total: 0 }, [0, 0]],
    [
      'metadata that is no JSON',
      { 'gen_ai.usage.input_tokens': 1, 'ai.response.providerMetadata': '{' },
      { input: 1, output: 0, total: 1 },
      [1, 0],
    ],
  ])('%s', (_, attributes, details, [input, output]) => {
    const row = rowOf(attributes, AI);
    expect(row.usage_details).toEqual(details);
    expect([row.input_tokens, row.output_tokens]).toEqual([input, output]);
  });
});

it('reads first chunk, prompt, user, session and tags', () => {
  const row = rowOf(
    {
      'ai.operationId': 'ai.streamText.doStream',
      'ai.model.id': 'gpt-5',
      'ai.response.msToFirstChunk': 120.2,
      'ai.telemetry.metadata.langfusePrompt': '{"name":"greeting","version":4}',
      'ai.telemetry.metadata.userId': 'u',
      'ai.telemetry.metadata.sessionId': 's',
      'ai.telemetry.metadata.tags': ['b', 'a'],
      'ai.telemetry.metadata.topic': 'weather',
    },
    AI,
  );
  expect(row).toMatchObject({
    completion_start_time: START + 121_000,
    prompt_name: 'greeting',
    prompt_version: 4,
    user_id: 'u',
    session_id: 's',
    tags: ['b', 'a'],
  });
  expect(row.metadata.topic).toBe('weather');
  expect(Object.keys(row.metadata).filter((key) => /userId|sessionId|tags|langfusePrompt/.test(key))).toEqual([]);
});

it('moves available tools into the input and reads calls', () => {
  const row = rowOf(
    {
      'ai.prompt.tools': ['{"type":"function","name":"weather","inputSchema":{"type":"object"}}'],
      'ai.response.toolCalls': '[{"toolCallId":"c1","toolName":"weather","input":{"city":"Rome"}}]',
    },
    AI,
  );
  expect(JSON.parse(row.input)).toEqual({ tools: [{ type: 'function', name: 'weather', inputSchema: { type: 'object' } }] });
  expect(row.tool_definitions).toEqual({ weather: '{"description":null,"parameters":{"type":"object"}}' });
  expect(JSON.parse(row.tool_calls[0]!)).toEqual({
    id: 'c1',
    name: 'weather',
    arguments: '{"city":"Rome"}',
    type: 'function',
    index: 0,
  });
});
