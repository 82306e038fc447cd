import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

const GENKIT = { scope: 'genkit-tracer' };

it.each([
  ['model', 'GENERATION'],
  ['background-model', 'GENERATION'],
  ['embedder', 'EMBEDDING'],
  ['tool', 'TOOL'],
  ['tool.v2', 'TOOL'],
  ['retriever', 'RETRIEVER'],
  ['evaluator', 'EVALUATOR'],
  ['flow', 'SPAN'],
])('subtype %s is %s', (subtype, type) => {
  const row = rowOf({ 'genkit:metadata:subtype': subtype, 'genkit:name': 'googleai/gemini' }, GENKIT);
  expect([row.type, row.name, row.model]).toEqual([type, 'googleai/gemini', subtype === 'model' ? 'googleai/gemini' : '']);
});

it('reads messages and message, or the whole', () => {
  expect(
    ioOf({ 'genkit:input': '{"messages":[1],"config":{}}', 'genkit:output': '{"message":{"role":"model"}}' }, GENKIT),
  ).toEqual({ input: [1], output: { role: 'model' } });
  expect(ioOf({ 'genkit:input': '"Rome"', 'genkit:output': 'not json' }, GENKIT)).toEqual({ input: 'Rome', output: 'not json' });
  expect(ioOf({ 'input.value': 'other dialect' }, GENKIT)).toEqual({ input: null, output: null });
});

it.each([
  ['input', { 'genkit:input': '{"config":{"temperature":1}}' }],
  ['output', { 'genkit:output': '{"request":{"config":{"temperature":1}}}' }],
])('reads the configuration from the %s', (_, attributes) => {
  expect(rowOf(attributes, GENKIT).model_parameters).toBe('{"temperature":1}');
});

it.each([
  [
    'thoughts',
    { inputTokens: 1618, outputTokens: 337, thoughtsTokens: 320, totalTokens: 1955 },
    { input: 1618, output: 17, output_reasoning: 320, total: 1955 },
  ],
  [
    'more thoughts than output: the output is told without them',
    { inputTokens: 10, outputTokens: 5, thoughtsTokens: 8 },
    { input: 10, output: 5, output_reasoning: 8, total: 23 },
  ],
  ['no thoughts', { inputTokens: 10, outputTokens: 5 }, { input: 10, output: 5, total: 15 }],
])('counts thoughts once: %s', (_, usage, details) => {
  expect(rowOf({ 'genkit:output': JSON.stringify({ usage }) }, GENKIT).usage_details).toEqual(details);
});
