import { expect, it } from 'vitest';
import { ioOf, rowOf, START } from './example-span.ts';

const LIVEKIT = { scope: 'livekit-agents' };

it.each([
  ['agent_turn', 'AGENT', 'DEFAULT'],
  ['start_agent_activity', 'AGENT', 'DEBUG'],
  ['function_tool', 'TOOL', 'DEFAULT'],
  ['user_speaking', 'SPAN', 'DEBUG'],
  ['tts_node', 'SPAN', 'DEBUG'],
  ['on_exit', 'SPAN', 'DEBUG'],
  ['llm_node', 'SPAN', 'DEFAULT'],
  ['llm_request_run', 'SPAN', 'DEBUG'],
])('%s is %s, %s', (name, type, level) => {
  const row = rowOf({ 'gen_ai.request.model': name.startsWith('llm') ? 'gpt-5-mini' : '' }, { ...LIVEKIT, name });
  expect([row.type, row.level]).toEqual([type, level]);
});

it('means nothing in another scope, and an error stays one', () => {
  expect(rowOf({}, { name: 'agent_turn' }).type).toBe('SPAN');
  expect(rowOf({}, { name: 'tts_node' }).level).toBe('DEFAULT');
  expect(rowOf({}, { ...LIVEKIT, name: 'tts_node', statusCode: 2 }).level).toBe('ERROR');
});

it('reads what was said', () => {
  expect(ioOf({ 'lk.user_transcript': 'hi', 'lk.chat_ctx': '{}', 'lk.response.text': 'hello' })).toEqual({
    input: 'hi',
    output: 'hello',
  });
  expect(ioOf({ 'lk.chat_ctx': '{"items":[]}', 'lk.function_tool.output': 'ok', 'lk.response.text': 'x' })).toEqual({
    input: { items: [] },
    output: 'ok',
  });
});

it('counts cached tokens of its model calls once', () => {
  const row = rowOf({ 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.input_cached_tokens': 80 }, LIVEKIT);
  expect(row.usage_details).toEqual({ input: 20, input_cached_tokens: 80, total: 100 });
});

it('reads what version 1.8 writes below lk.pii, with the tools that were asked for', () => {
  expect(
    ioOf({
      'lk.pii.chat_ctx': '{"items":[]}',
      'lk.pii.response.text': '',
      'lk.pii.response.function_calls': '[{"id":"item/1","call_id":"c1","name":"find","arguments":"{}"}]',
    }),
  ).toEqual({
    input: { items: [] },
    output: {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }],
    },
  });
});

it('shows a tool that failed without a status as an error', () => {
  const tool = { 'lk.function_tool.is_error': true, 'error.type': 'tool_error' };
  expect(rowOf(tool, { ...LIVEKIT, name: 'function_tool' })).toMatchObject({ level: 'ERROR', status_message: 'tool_error' });
});

it('counts the first token from seconds', () => {
  expect(rowOf({ 'lk.response.ttft': 0.25 }, LIVEKIT).completion_start_time).toBe(START + 250_000);
});
