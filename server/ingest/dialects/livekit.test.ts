import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

const LIVEKIT = { scope: 'livekit-agents' };

it.each([
  ['agent_turn', 'AGENT', 'DEFAULT'],
  ['start_agent_activity', 'AGENT', 'DEBUG'],
  ['function_tool', 'TOOL', 'DEFAULT'],
  ['user_speaking', 'SPAN', 'DEBUG'],
  ['tts_node', 'SPAN', 'DEBUG'],
  ['on_exit', 'SPAN', 'DEBUG'],
])('%s is %s, %s', (name, type, level) => {
  const row = rowOf({}, { ...LIVEKIT, name });
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
