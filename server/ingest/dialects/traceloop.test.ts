import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

it('reads entities before values', () => {
  expect(ioOf({ 'traceloop.entity.input': '{"a":1}', 'traceloop.entity.output': 'o', 'input.value': 'x' })).toEqual({
    input: { a: 1 },
    output: 'o',
  });
});

it.each([
  ['workflow', 'CHAIN'],
  ['task', 'CHAIN'],
  ['agent', 'AGENT'],
  ['tool', 'TOOL'],
  ['unknown', 'SPAN'],
])('its %s is %s', (kind, type) => {
  expect(rowOf({ 'traceloop.span.kind': kind }).type).toBe(type);
  expect(rowOf({ 'traceloop.span.kind': kind, 'gen_ai.operation.name': 'chat' }).type).toBe('GENERATION');
});

it('reads people and tags among the association properties, those of Langfuse first', () => {
  const of = (name: string) => `traceloop.association.properties.${name}`;
  expect(rowOf({ [of('user_id')]: 'u', [of('session_id')]: 's' })).toMatchObject({ user_id: 'u', session_id: 's' });
  const row = rowOf({
    [of('user_id')]: 'u',
    [of('langfuse.user.id')]: 'lf-u',
    [of('langfuse.session.id')]: 'lf-s',
    [of('langfuse.trace.tags')]: ['a', 'b'],
    [of('langfuse.trace.name')]: 'checkout',
    [of('langfuse.trace.metadata.plan')]: 'pro',
    'langfuse.session.id': 'own',
  });
  expect(row).toMatchObject({ user_id: 'lf-u', session_id: 'own', tags: ['a', 'b'], trace_name: 'checkout' });
  expect(row.trace_metadata.plan).toBe('pro');
});

it('counts one call once although OpenLLMetry names its tokens twice', () => {
  const row = rowOf({
    'gen_ai.usage.prompt_tokens': 100,
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.completion_tokens': 20,
    'gen_ai.usage.cache_read_input_tokens': 60,
    'llm.usage.total_tokens': 120,
  });
  expect(row.usage_details).toEqual({ input: 40, output: 20, input_cached_tokens: 60, total: 120 });
  expect(row.input_tokens).toBe(100);
});
