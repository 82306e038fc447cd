import { expect, it } from 'vitest';
import { rowOf } from './example-span.ts';

const LANGSMITH = { scope: 'langsmith' };

it.each([
  ['llm', 'GENERATION'],
  ['chain', 'CHAIN'],
  ['tool', 'TOOL'],
  ['retriever', 'RETRIEVER'],
  ['embedding', 'EMBEDDING'],
  ['prompt', 'SPAN'],
])('its %s is %s, whatever model it names', (kind, type) => {
  const told = { 'langsmith.span.kind': kind, 'gen_ai.prompt': '{}', 'gen_ai.request.model': 'm' };
  expect(rowOf(told, LANGSMITH).type).toBe(type);
});

it('a chain that tells neither input nor output is a span', () => {
  expect(rowOf({ 'langsmith.span.kind': 'chain' }, LANGSMITH).type).toBe('SPAN');
});

it('reads usage_metadata, whose sides hold their details', () => {
  const row = rowOf({
    'langsmith.span.kind': 'llm',
    'langsmith.metadata.usage_metadata':
      '{"input_tokens":100,"output_tokens":50,"total_tokens":150,"input_token_details":{"cache_read":40},"output_token_details":{"reasoning":30}}',
  });
  expect(row.usage_details).toEqual({ input: 60, input_cached_tokens: 40, output: 20, output_reasoning_tokens: 30, total: 150 });
});

it('takes an exception for an error although the status is OK; in other scopes it may have been handled', () => {
  const events = [{ name: 'exception', attributes: { 'exception.message': 'boom' } }];
  expect(rowOf({}, { ...LANGSMITH, events, statusCode: 1 })).toMatchObject({ level: 'ERROR', status_message: 'boom' });
  expect(rowOf({}, { events, statusCode: 1 })).toMatchObject({ level: 'DEFAULT', status_message: '' });
});

it('reads people and tags after those of other dialects', () => {
  const told = { 'langsmith.metadata.user_id': 'u', 'langsmith.metadata.thread_id': 't', 'langsmith.span.tags': 'a, b' };
  expect(rowOf(told)).toMatchObject({ user_id: 'u', session_id: 't', tags: ['a', 'b'] });
  expect(rowOf({ ...told, 'user.id': 'mine' }).user_id).toBe('mine');
});
