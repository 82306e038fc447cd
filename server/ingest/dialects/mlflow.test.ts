import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

it('reads inputs and outputs, before Traceloop and after LiveKit', () => {
  const mlflow = { 'mlflow.spanInputs': '{"q":1}', 'mlflow.spanOutputs': '"a"' };
  expect(ioOf({ ...mlflow, 'traceloop.entity.input': 'x' })).toEqual({ input: { q: 1 }, output: 'a' });
  expect(ioOf({ ...mlflow, 'lk.input_text': 'x' }).input).toBe('x');
});

it.each([
  ['CHAT_MODEL', 'GENERATION'],
  ['LLM', 'GENERATION'],
  ['EMBEDDING', 'EMBEDDING'],
  ['RETRIEVER', 'RETRIEVER'],
  ['TOOL', 'TOOL'],
  ['AGENT', 'AGENT'],
  ['CHAIN', 'CHAIN'],
  ['RERANKER', 'SPAN'],
])('its %s, in quotes or not, is %s', (told, type) => {
  expect(rowOf({ 'mlflow.spanType': `"${told}"`, model: '"m"' }).type).toBe(type);
  expect(rowOf({ 'mlflow.spanType': told }).type).toBe(type);
});

it('reads model, usage, cost and people, written as JSON', () => {
  const row = rowOf({
    'mlflow.spanType': '"CHAT_MODEL"',
    model: '"gpt-4o"',
    'mlflow.llm.model': '"gpt-4o-2024-08-06"',
    'mlflow.chat.tokenUsage': '{"input_tokens":100,"output_tokens":20,"total_tokens":120,"cache_read_input_tokens":60}',
    'mlflow.llm.cost': '{"input_cost":0.1,"output_cost":0.2,"total_cost":0.3}',
    'mlflow.trace.user': '"u-1"',
    'mlflow.trace.session': '"s-1"',
  });
  expect(row).toMatchObject({ model: 'gpt-4o-2024-08-06', user_id: 'u-1', session_id: 's-1', cost_details: { total: 0.3 } });
  expect(row.usage_details).toEqual({ input: 40, output: 20, input_cached_tokens: 60, total: 120 });
  expect(rowOf({ model: '"gpt-4o"' }).model).toBe('gpt-4o');
});
