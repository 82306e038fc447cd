import { expect, it } from 'vitest';
import { normaliseEnvironment } from './environment.ts';
import { rowOf } from './example-span.ts';

it.each([
  ['Production', 'production'],
  ['langfuse-prod', 'prod'],
  ['LangFuse_langfuse-prod', 'prod'],
  ['langfuselangfuse-prompt-experiment', 'prompt-experiment'],
  ['langfuse', 'default'],
  ['', 'default'],
  ['has space', 'default'],
  ['ünï', 'default'],
  ['a'.repeat(50), 'a'.repeat(40)],
  [7, 'default'],
])('%j is %s', (given, environment) => {
  expect(normaliseEnvironment(given)).toBe(environment);
});

it('asks key by key, the span before its resource', () => {
  const resource = { 'langfuse.environment': 'by-resource', 'deployment.environment': 'last' };
  expect(rowOf({ 'deployment.environment.name': 'by-span' }, { resource }).environment).toBe('by-resource');
  expect(rowOf({ 'langfuse.environment': 'by-span' }, { resource }).environment).toBe('by-span');
});
