import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

it('reads entities before values, and no type from its kind', () => {
  expect(ioOf({ 'traceloop.entity.input': '{"a":1}', 'traceloop.entity.output': 'o', 'input.value': 'x' })).toEqual({
    input: { a: 1 },
    output: 'o',
  });
  expect(rowOf({ 'traceloop.span.kind': 'workflow' }).type).toBe('SPAN');
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
