import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

it('is named by its message', () => {
  expect(rowOf({ 'logfire.msg': 'agent run' }).name).toBe('agent run');
});

it('reads prompt and all messages', () => {
  expect(ioOf({ prompt: 'hi', all_messages_events: '[{"role":"user"}]', input: 'later' })).toEqual({
    input: 'hi',
    output: [{ role: 'user' }],
  });
});

it.each([
  [
    'JSON text',
    '[{"event.name":"gen_ai.user.message","content":"hi"},{"event.name":"gen_ai.choice","message":{"content":"hello"}}]',
  ],
  [
    'array of texts',
    ['{"event.name":"gen_ai.user.message","content":"hi"}', '{"event.name":"gen_ai.choice","message":{"content":"hello"}}'],
  ],
])('reads the attribute events (%s)', (_, events) => {
  expect(ioOf({ events })).toEqual({
    input: [{ 'event.name': 'gen_ai.user.message', content: 'hi' }],
    output: { 'event.name': 'gen_ai.choice', message: { content: 'hello' } },
  });
});

it('reads plain input and output', () => {
  expect(ioOf({ input: 'i', output: 'o' })).toEqual({ input: 'i', output: 'o' });
});

it('reads a run of Pydantic AI with its instructions, in that scope only', () => {
  const run = {
    'pydantic_ai.all_messages': '[{"role":"user"}]',
    final_result: 'done',
    'gen_ai.system_instructions': '[{"type":"text","content":"Be kind."}]',
  };
  expect(ioOf(run, { scope: 'pydantic-ai' })).toEqual({
    input: [{ role: 'system', content: 'Be kind.' }, { role: 'user' }],
    output: 'done',
  });
  expect(ioOf(run)).toEqual({ input: null, output: null });
});

it('reads a tool of Pydantic AI', () => {
  expect(ioOf({ tool_arguments: '{"a":1}', tool_response: 'ok' })).toEqual({ input: { a: 1 }, output: 'ok' });
});

it('moves function tools out of the request parameters', () => {
  const row = rowOf({
    model_request_parameters:
      '{"function_tools":[{"name":"add","parameters_json_schema":{"type":"object"}}],"output_mode":"text"}',
    model_config: '{"temperature":1}',
  });
  expect(JSON.parse(row.input)).toEqual({ tools: [{ name: 'add', parameters_json_schema: { type: 'object' } }] });
  expect(row.metadata['attributes.model_request_parameters']).toBe('{"output_mode":"text"}');
  expect(row.model_parameters).toBe('{"temperature":1}');
});

it('counts cached tokens once, details beside', () => {
  const row = rowOf(
    {
      'gen_ai.usage.input_tokens': 120,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.usage.cache_read.input_tokens': 30,
      'gen_ai.usage.cache_creation.input_tokens': 10,
      'gen_ai.usage.details.output_audio_tokens': 7,
    },
    { scope: 'pydantic-ai' },
  );
  expect(row.usage_details).toEqual({
    input: 80,
    output: 40,
    input_cached_tokens: 30,
    input_cache_creation: 10,
    output_audio_tokens: 7,
    total: 160,
  });
  expect([row.input_tokens, row.output_tokens, row.total_tokens]).toEqual([120, 40, 160]);
});
