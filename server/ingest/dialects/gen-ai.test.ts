import { describe, expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

describe('type', () => {
  it.each([
    ['chat', 'GENERATION'],
    ['completion', 'GENERATION'],
    ['text_completion', 'GENERATION'],
    ['generate_content', 'GENERATION'],
    ['generate', 'GENERATION'],
    ['embeddings', 'EMBEDDING'],
    ['invoke_agent', 'AGENT'],
    ['create_agent', 'AGENT'],
    ['execute_tool', 'TOOL'],
    ['chain', 'SPAN'],
  ])('of %s is %s', (operation, type) => {
    expect(rowOf({ 'gen_ai.operation.name': operation }).type).toBe(type);
  });

  it('of a tool by its name or its call', () => {
    expect(rowOf({ 'gen_ai.tool.name': 'search' }).type).toBe('TOOL');
    expect(rowOf({ 'gen_ai.tool.call.id': 'c1' }).type).toBe('TOOL');
    expect(rowOf({ 'gen_ai.tool.name': '' }).type).toBe('SPAN');
  });

  it.each(['gen_ai.request.model', 'gen_ai.response.model', 'llm.model_name', 'model', 'langfuse.observation.model.name'])(
    'of whatever has %s is GENERATION',
    (key) => {
      const row = rowOf({ [key]: 'gpt-4o' });
      expect([row.type, row.model]).toEqual(['GENERATION', 'gpt-4o']);
    },
  );
});

describe('input and output', () => {
  const MESSAGES = '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]';

  it('of messages', () => {
    expect(ioOf({ 'gen_ai.input.messages': MESSAGES, 'gen_ai.output.messages': '[]' })).toEqual({
      input: JSON.parse(MESSAGES),
      output: [],
    });
  });

  it.each([
    ['text', 'Be kind.', 'Be kind.'],
    ['parts', '[{"type":"text","content":"Be kind."},{"type":"text","content":"Be brief."}]', 'Be kind.\nBe brief.'],
  ])('puts system instructions (%s) before the messages', (_, given, content) => {
    expect(ioOf({ 'gen_ai.input.messages': MESSAGES, 'gen_ai.system_instructions': given }).input).toEqual([
      { role: 'system', content },
      ...JSON.parse(MESSAGES),
    ]);
  });

  it('does not put them before a system message', () => {
    const messages = '[{"role":"system","content":"mine"}]';
    expect(ioOf({ 'gen_ai.input.messages': messages, 'gen_ai.system_instructions': 'theirs' }).input).toEqual(
      JSON.parse(messages),
    );
  });

  it('of a tool', () => {
    expect(ioOf({ 'gen_ai.tool.call.arguments': '{"a":1}', 'gen_ai.tool.call.result': 'ok' })).toEqual({
      input: { a: 1 },
      output: 'ok',
    });
  });

  it('of flattened messages', () => {
    expect(
      ioOf({
        'gen_ai.prompt.0.role': 'system',
        'gen_ai.prompt.1.role': 'user',
        'gen_ai.prompt.1.content': 'hi',
        'gen_ai.completion.0.content': 'hello',
        'gen_ai.completion.0.tool_calls.0.name': 'search',
      }),
    ).toEqual({
      input: [{ role: 'system' }, { role: 'user', content: 'hi' }],
      output: [{ content: 'hello', tool_calls: [{ name: 'search' }] }],
    });
  });

  it('keeps out of prototypes and of giant arrays', () => {
    const { input } = ioOf({
      'gen_ai.prompt.0.content': 'kept',
      'gen_ai.prompt.99999999.content': 'too far',
      'gen_ai.prompt.0.__proto__.polluted': 'x',
      'gen_ai.prompt.constructor.prototype.polluted': 'x',
    });
    expect(input).toEqual([{ content: 'kept' }]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('usage counts nothing twice', () => {
  it.each([
    ['plain', { input_tokens: 100, output_tokens: 40 }, { input: 100, output: 40, total: 140 }, [100, 40]],
    ['texts are read', { input_tokens: '100' }, { input: 100, total: 100 }, [100, 0]],
    [
      'cache read and creation',
      { input_tokens: 100, 'cache_read.input_tokens': 30, 'cache_creation.input_tokens': 10 },
      { input: 60, input_cached_tokens: 30, input_cache_creation: 10, total: 100 },
      [100, 0],
    ],
    [
      'Anthropic raw',
      { input_tokens: 100, cache_read_input_tokens: 20, cache_creation_input_tokens: 10 },
      { input: 70, input_cached_tokens: 20, input_cache_creation: 10, total: 100 },
      [100, 0],
    ],
    [
      'reasoning',
      { output_tokens: 50, 'reasoning.output_tokens': 30 },
      { output: 20, output_reasoning_tokens: 30, total: 50 },
      [0, 50],
    ],
    [
      'two names of one thing',
      { prompt_tokens: 100, input_tokens: 100, completion_tokens: 5, output_tokens: 5 },
      { input: 100, output: 5, total: 105 },
      [100, 5],
    ],
    [
      'details that stay beside',
      { input_tokens: 100, output_tokens: 40, 'details.reasoning_tokens': 25, 'details.input_audio_tokens': 5 },
      { input: 100, output: 40, reasoning_tokens: 25, input_audio_tokens: 5, total: 140 },
      [100, 40],
    ],
    [
      'more cached than read: the input is told without it',
      { input_tokens: 10, cache_read_tokens: 30 },
      { input: 10, input_cached_tokens: 30, total: 40 },
      [40, 0],
    ],
    [
      'a total that holds the cache beside the input',
      { prompt_tokens: 10000, completion_tokens: 100, total_tokens: 19100, cache_read_tokens: 9000 },
      { input: 10000, input_cached_tokens: 9000, output: 100, total: 19100 },
      [19000, 100],
    ],
    ['a given total', { input_tokens: 10, output_tokens: 5, total_tokens: 17 }, { input: 10, output: 5, total: 17 }, [10, 5]],
    ['cost is no usage', { cost: 0.5 }, {}, [0, 0]],
  ])('%s', (_, given, details, [input, output]) => {
    const row = rowOf(Object.fromEntries(Object.entries(given).map(([key, value]) => [`gen_ai.usage.${key}`, value])));
    expect(row.usage_details).toEqual(details);
    expect([row.input_tokens, row.output_tokens]).toEqual([input, output]);
  });

  // Whether it repeats its calls is a property of the trace (contract/usage/repeats.ts), not of the step.
  it.each(['invoke_agent', 'agent_step'])('an agent (%s) keeps what it tells of usage and cost', (operation) => {
    const row = rowOf({
      'gen_ai.operation.name': operation,
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.id': 'resp-1',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.cost': 1,
    });
    expect([row.model, row.response_id, row.usage_details, row.total_cost, row.cost_provided]).toEqual([
      'gpt-4o',
      'resp-1',
      { input: 5, total: 5 },
      1,
      true,
    ]);
  });
});

describe('fields', () => {
  it('reads the cost', () => {
    const row = rowOf({ 'gen_ai.usage.cost': 0.25 });
    expect([row.cost_details, row.total_cost, row.cost_provided]).toEqual([{ total: 0.25 }, 0.25, true]);
  });

  it('prefers the model that answered', () => {
    expect(rowOf({ 'gen_ai.request.model': 'gpt-4o', 'gen_ai.response.model': 'gpt-4o-2024-08-06' }).model).toBe(
      'gpt-4o-2024-08-06',
    );
  });

  it('takes request parameters but the model', () => {
    expect(
      JSON.parse(
        rowOf({ 'gen_ai.request.model': 'm', 'gen_ai.request.top_p': 1, 'gen_ai.request.stop_sequences': ['a'] })
          .model_parameters,
      ),
    ).toEqual({ top_p: 1, stop_sequences: '["a"]' });
  });

  it('moves tool definitions into the input and reads calls from the output', () => {
    const row = rowOf({
      'gen_ai.input.messages': '[{"role":"user","content":"hi"}]',
      'gen_ai.tool.definitions': '[{"type":"function","name":"add","description":"Adds","parameters":{"type":"object"}}]',
      'gen_ai.output.messages':
        '[{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"add","arguments":{"a":1}}]}]',
    });
    expect(JSON.parse(row.input)).toEqual({
      messages: [{ role: 'user', content: 'hi' }],
      tools: [{ type: 'function', name: 'add', description: 'Adds', parameters: { type: 'object' } }],
    });
    expect(row.trace_input).toBe('[{"role":"user","content":"hi"}]');
    expect(row.tool_definitions).toEqual({ add: '{"description":"Adds","parameters":{"type":"object"}}' });
    expect(row.tool_call_names).toEqual(['add']);
    expect(JSON.parse(row.tool_calls[0]!)).toEqual({ id: 'c1', name: 'add', arguments: '{"a":1}', type: 'tool_call', index: 0 });
    expect(row.metadata['attributes.gen_ai.tool.definitions']).toBeUndefined();
    expect(row.trace_metadata['attributes.gen_ai.tool.definitions']).toContain('"add"');
  });
});

it.each([
  [{ 'gen_ai.response.time_to_first_chunk': 0.1202 }, 121_000],
  [{ 'gen_ai.client.operation.time_to_first_chunk': 0.5 }, 500_000],
  [{ 'gen_ai.client.operation.time_to_first_chunk': -1 }, null],
  [{ 'gen_ai.client.operation.time_to_first_chunk': 'soon' }, null],
])('the first chunk of %j', (attributes, after) => {
  const row = rowOf({ 'gen_ai.request.model': 'gpt-5-mini', ...attributes });
  expect(row.completion_start_time === null ? null : row.completion_start_time - row.start_time).toBe(after);
});

it('retrieval is a RETRIEVER and a workflow a CHAIN although they name a model', () => {
  const of = (operation: string) => rowOf({ 'gen_ai.operation.name': operation, 'gen_ai.request.model': 'm' }).type;
  expect([of('retrieval'), of('invoke_workflow')]).toEqual(['RETRIEVER', 'CHAIN']);
});

it('names what ran a tool after it, and not the call that asked for it', () => {
  const of = (operation: string) =>
    rowOf({ 'gen_ai.operation.name': operation, 'gen_ai.tool.name': 'search' }, { name: 'own' }).name;
  expect(['execute_tool', 'chat', 'invoke_agent'].map(of)).toEqual(['search', 'own', 'own']);
  expect(rowOf({ 'gen_ai.tool.name': 'search' }, { name: 'own' }).name).toBe('search');
});

it('takes error.type for a failure where no status says otherwise', () => {
  const told = { 'gen_ai.operation.name': 'chat', 'error.type': 'timeout' };
  expect(rowOf(told)).toMatchObject({ level: 'ERROR', status_message: 'timeout' });
  expect(rowOf(told, { statusCode: 1 }).level).toBe('DEFAULT');
  expect(rowOf({ 'error.type': 'timeout' }).level).toBe('DEFAULT');
  expect(rowOf({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.status': 'error' }, { statusCode: 1 }).level).toBe(
    'ERROR',
  );
});
