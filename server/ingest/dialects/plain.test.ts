import { describe, expect, it } from 'vitest';
import { rowOf } from './example-span.ts';

it.each([
  ['agent.request', 'AGENT'],
  ['agent.plan', 'CHAIN'],
  ['llm.call', 'GENERATION'],
  ['tool.call', 'TOOL'],
  ['llm.calls', 'SPAN'],
])('%s is %s', (name, type) => {
  expect(rowOf({}, { name }).type).toBe(type);
});

it('reads a call of a model', () => {
  const row = rowOf(
    {
      'llm.provider': 'openai',
      'llm.model': 'gpt-4o-mini',
      'llm.temperature': 0.2,
      'tokens.input': 120,
      'tokens.output': 30,
      'cost.usd': 0.004,
      'prompt.tokens': 100,
      'prompt.sha256': 'abc',
    },
    { name: 'llm.call' },
  );
  expect(row).toMatchObject({
    type: 'GENERATION',
    model: 'gpt-4o-mini',
    model_parameters: '{"temperature":0.2}',
    usage_details: { input: 120, output: 30, total: 150 },
    cost_details: { total: 0.004 },
    total_cost: 0.004,
    cost_provided: true,
    input_tokens: 120,
    output_tokens: 30,
  });
  expect(row.metadata['attributes.prompt.sha256']).toBe('abc');
  expect(row.metadata['attributes.llm.provider']).toBe('openai');
});

it('takes the size of the prompt for an input that is not told, never both', () => {
  // The size of a prompt that is only being made: no model has read it.
  expect(rowOf({ 'prompt.tokens': 1342 }, { name: 'agent.plan' }).usage_details).toEqual({});
  expect(rowOf({ 'prompt.tokens': 100, 'tokens.output': 5 }, { name: 'llm.call' }).usage_details).toEqual({
    input: 100,
    output: 5,
    total: 105,
  });
});

it('names the trace after the agent of its root, and takes its version', () => {
  const row = rowOf({ 'agent.name': 'support', 'agent.version': '3' }, { name: 'agent.request' });
  expect([row.name, row.trace_name, row.version]).toEqual(['agent.request', 'support', '3']);
  expect(rowOf({ 'agent.name': 'support' }, { name: 'agent.request', parent: '0000000000000001' }).trace_name).toBe('');
});

it('reads what a tool was called with', () => {
  expect(rowOf({ 'tool.name': 'search', 'tool.args': '{"q":1}', output: 'found' }, { name: 'tool.call' })).toMatchObject({
    type: 'TOOL',
    input: '{"q":1}',
    output: 'found',
  });
});

describe('gives way to every other dialect', () => {
  it('in name of the span alone', () => {
    const row = rowOf({ 'llm.model': 'm', 'tokens.input': 5, 'cost.usd': 1, 'tool.args': 'x' }, { name: 'anything' });
    expect(row).toMatchObject({ type: 'SPAN', model: '', usage_details: {}, total_cost: null, input: '' });
  });

  it('field by field', () => {
    const row = rowOf(
      {
        'openinference.span.kind': 'CHAIN',
        'llm.model_name': 'theirs',
        'llm.model': 'ours',
        'llm.token_count.prompt': 7,
        'tokens.input': 5,
        'gen_ai.usage.cost': 2,
        'cost.usd': 1,
        'input.value': 'theirs',
        'tool.args': 'ours',
        'langfuse.version': '1',
        'agent.version': '2',
      },
      { name: 'llm.call' },
    );
    expect(row).toMatchObject({
      type: 'CHAIN',
      model: 'theirs',
      usage_details: { input: 7, total: 7 },
      total_cost: 2,
      input: 'theirs',
      version: '1',
    });
  });
});
