import { expect, it } from 'vitest';
import { rowOf } from './example-span.ts';

it('a span that books usage again is no call and has no usage', () => {
  const usage = { 'gen_ai.response.model': 'm', 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 };
  expect(rowOf({ ...usage, 'ag2.span.type': 'usage' })).toMatchObject({ type: 'SPAN', usage_details: {}, total_tokens: 0 });
  expect(rowOf({ ...usage, 'ag2.span.type': 'llm' })).toMatchObject({ type: 'GENERATION', total_tokens: 15 });
});
