import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

const KEY = 'gcp.vertex.agent.';

it('reads the call, and the tool where the call is empty', () => {
  expect(ioOf({ [`${KEY}llm_request`]: '{"a":1}', [`${KEY}llm_response`]: '{"b":2}', [`${KEY}tool_response`]: 'no' })).toEqual({
    input: { a: 1 },
    output: { b: 2 },
  });
  expect(
    ioOf({
      [`${KEY}llm_request`]: '{}',
      [`${KEY}tool_call_args`]: '{"c":3}',
      [`${KEY}llm_response`]: '{}',
      [`${KEY}tool_response`]: 'ok',
    }),
  ).toEqual({ input: { c: 3 }, output: 'ok' });
});

const response = (cached: number) => JSON.stringify({ usage_metadata: { cached_content_token_count: cached } });
const counts = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 200 };

it.each([
  [
    'told in the response',
    { ...counts, [`${KEY}llm_response`]: response(800) },
    { input: 200, output: 200, input_cached_tokens: 800, total: 1200 },
  ],
  [
    'told twice',
    { ...counts, 'gen_ai.usage.cache_read.input_tokens': 800, [`${KEY}llm_response`]: response(800) },
    { input: 200, output: 200, input_cached_tokens: 800, total: 1200 },
  ],
  [
    'more cached than read: the input is told without it',
    { ...counts, [`${KEY}llm_response`]: response(2000) },
    { input: 1000, output: 200, input_cached_tokens: 2000, total: 3200 },
  ],
  ['a response that is no JSON', { ...counts, [`${KEY}llm_response`]: '{' }, { input: 1000, output: 200, total: 1200 }],
])('counts cached tokens once: %s', (_, attributes, details) => {
  expect(rowOf(attributes, { scope: 'gcp.vertex.agent' }).usage_details).toEqual(details);
});

it('reads the response of its own scope only', () => {
  expect(rowOf({ ...counts, [`${KEY}llm_response`]: response(800) }).usage_details).toEqual({
    input: 1000,
    output: 200,
    total: 1200,
  });
});
