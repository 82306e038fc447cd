import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

it.each([
  ['agent_run', 'AGENT'],
  ['workflow_run', 'CHAIN'],
  ['tool_call', 'TOOL'],
  ['model_generation', 'SPAN'],
])('%s is %s, with its own input and output', (kind, type) => {
  const told = { 'mastra.span.type': kind, [`mastra.${kind}.input`]: '{"q":1}', [`mastra.${kind}.output`]: 'fine' };
  const row = rowOf(told);
  expect(row.type).toBe(type);
  expect(ioOf(told)).toEqual({ input: { q: 1 }, output: 'fine' });
  expect(Object.keys(row.metadata).filter((key) => key.endsWith('put'))).toEqual([]);
});

it('reads people, tags, metadata and the first token', () => {
  const row = rowOf({
    'mastra.metadata.userId': 'u-1',
    'mastra.metadata.sessionId': 's-1',
    'mastra.metadata.plan': 'pro',
    'mastra.tags': '["a","b"]',
    'mastra.completion_start_time': '2026-01-01T00:00:00.250Z',
  });
  expect(row).toMatchObject({ user_id: 'u-1', session_id: 's-1', tags: ['a', 'b'] });
  expect(row.metadata).toMatchObject({ plan: 'pro' });
  expect(row.metadata).not.toHaveProperty('userId');
  expect(row.trace_metadata.plan).toBe('pro');
  expect(row.completion_start_time).toBe(Date.UTC(2026, 0, 1) * 1000 + 250_000);
});
