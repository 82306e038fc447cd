import { describe, expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

it.each([
  ['LLM', 'GENERATION'],
  ['CHAIN', 'CHAIN'],
  ['RETRIEVER', 'RETRIEVER'],
  ['EMBEDDING', 'EMBEDDING'],
  ['AGENT', 'AGENT'],
  ['TOOL', 'TOOL'],
  ['GUARDRAIL', 'GUARDRAIL'],
  ['EVALUATOR', 'EVALUATOR'],
  ['RERANKER', 'SPAN'],
])('kind %s is %s', (kind, type) => {
  expect(rowOf({ 'openinference.span.kind': kind }).type).toBe(type);
});

it('an unknown kind passes to later rules', () => {
  expect(rowOf({ 'openinference.span.kind': 'RERANKER', 'llm.model_name': 'rerank-3' }).type).toBe('GENERATION');
});

describe('input and output', () => {
  it('prefers the value to the messages', () => {
    expect(ioOf({ 'input.value': 'question', 'llm.input_messages.0.message.content': 'message' }).input).toBe('question');
  });

  it('rebuilds messages with their tool calls', () => {
    expect(
      ioOf({
        'llm.input_messages.1.message.content': 'second',
        'llm.input_messages.0.message.role': 'system',
        'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'search',
      }),
    ).toEqual({
      input: [{ message: { role: 'system' } }, { message: { content: 'second' } }],
      output: [{ message: { tool_calls: [{ tool_call: { function: { name: 'search' } } }] } }],
    });
  });

  it('reads tool calls from rebuilt messages', () => {
    const row = rowOf({
      'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c1',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'search',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"q":"x"}',
    });
    expect(row.tool_calls.map((call) => JSON.parse(call) as unknown)).toEqual([
      { id: 'c1', name: 'search', arguments: '{"q":"x"}', type: 'function', index: 0 },
    ]);
  });

  it('moves tool schemas into the input', () => {
    const row = rowOf({
      'input.value': '{"messages":[]}',
      'llm.tools.0.tool.json_schema': '{"type":"function","function":{"name":"search","description":"Finds","parameters":{}}}',
    });
    expect(JSON.parse(row.input)).toEqual({
      messages: [],
      tools: [{ type: 'function', function: { name: 'search', description: 'Finds', parameters: {} } }],
    });
    expect(row.tool_definitions).toEqual({ search: '{"description":"Finds","parameters":{}}' });
    expect(Object.keys(row.metadata).filter((key) => key.includes('llm.tools'))).toEqual([]);
  });
});

it('reads parameters and cost', () => {
  const row = rowOf({
    'llm.invocation_parameters': '{"model":"gpt-4o","stream":false}',
    'llm.cost.total': 0.5,
    'llm.cost.prompt': 0.2,
  });
  expect(JSON.parse(row.model_parameters)).toEqual({ model: 'gpt-4o', stream: 'false' });
  expect(row.cost_details).toEqual({ total: 0.5 });
});

describe('usage counts nothing twice', () => {
  it.each([
    ['plain', { prompt: 100, completion: 40, total: 140 }, { input: 100, output: 40, total: 140 }, [100, 40]],
    [
      'cache',
      { prompt: 50_000, completion: 200, 'prompt_details.cache_read': 40_000, 'prompt_details.cache_write': 5000 },
      { input: 5000, output: 200, input_cached_tokens: 40_000, input_cache_creation: 5000, total: 50_200 },
      [50_000, 200],
    ],
    [
      'reasoning and audio',
      { prompt: 100, completion: 50, 'completion_details.reasoning': 30, 'completion_details.audio': 5 },
      { input: 100, output: 15, output_reasoning_tokens: 30, output_audio_tokens: 5, total: 150 },
      [100, 50],
    ],
    [
      'spoken input stays a detail',
      { prompt: 100, completion: 50, 'prompt_details.audio': 60 },
      { input: 100, output: 50, 'prompt_details.audio': 60, total: 150 },
      [100, 50],
    ],
  ])('%s', (_, given, details, [input, output]) => {
    const row = rowOf(Object.fromEntries(Object.entries(given).map(([key, value]) => [`llm.token_count.${key}`, value])));
    expect(row.usage_details).toEqual(details);
    expect([row.input_tokens, row.output_tokens, row.total_tokens]).toEqual([input, output, details.total]);
  });
});

it('takes the model of an embedding', () => {
  const row = rowOf({ 'openinference.span.kind': 'EMBEDDING', 'embedding.model_name': 'text-embedding-3-small' });
  expect([row.type, row.model]).toEqual(['EMBEDDING', 'text-embedding-3-small']);
});

describe('messages beside a value', () => {
  const call = {
    'llm.output_messages.0.message.role': 'assistant',
    'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c1',
    'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'search',
    'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"q":"x"}',
  };
  const asked = { 'llm.input_messages.0.message.role': 'user', 'llm.input_messages.0.message.content': 'hi' };

  it('stand in for a printed object', () => {
    const printed = "ChatMessage(role=<MessageRole.USER: 'user'>, blocks=[])";
    const messages = [{ message: { role: 'user', content: 'hi' } }];
    expect(ioOf({ ...asked, 'input.value': printed }).input).toEqual(messages);
    expect(ioOf({ ...asked, 'input.value': JSON.stringify({ messages: [printed] }) }).input).toEqual(messages);
    expect(ioOf({ ...asked, 'input.value': '{"messages":["hi"]}' }).input).toEqual({ messages: ['hi'] });
  });

  it('stand in for a value that leaves out the call of a tool', () => {
    const row = rowOf({ ...call, 'input.value': 'q', 'output.value': 'assistant: ' });
    expect(row.tool_call_names).toEqual(['search']);
    const whole = '{"choices":[{"message":{"tool_calls":[{"id":"c1","function":{"name":"search","arguments":"{}"}}]}}]}';
    expect(rowOf({ ...call, 'output.value': whole }).output).toBe(whole);
  });

  it('are the side that has no value', () => {
    expect(ioOf({ ...call, 'input.value': 'q' })).toMatchObject({ input: 'q', output: [{ message: { role: 'assistant' } }] });
    expect(ioOf({ 'input.value': 'q', 'gen_ai.output.messages': '[{"role":"assistant"}]' })).toEqual({
      input: 'q',
      output: [{ role: 'assistant' }],
    });
  });
});

it('what only builds the arguments of a call is no call', () => {
  const told = { 'openinference.span.kind': 'LLM', 'llm.model_name': 'm' };
  expect(rowOf(told, { name: 'OpenAI._prepare_chat_with_tools' }).type).toBe('CHAIN');
  expect(rowOf(told, { name: 'OpenAI.chat' }).type).toBe('GENERATION');
});
