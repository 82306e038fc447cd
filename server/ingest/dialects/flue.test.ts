import { expect, it } from 'vitest';
import { ioOf, rowOf } from './example-span.ts';

const FLUE = { scope: '@flue/opentelemetry' };

it.each([
  ['flue.tool.name', 'TOOL'],
  ['flue.tool.call_id', 'TOOL'],
  ['flue.task.id', 'AGENT'],
  ['flue.task.agent', 'AGENT'],
  ['flue.operation.id', 'SPAN'],
])('%s makes it %s', (key, type) => {
  expect(rowOf({ [key]: 'x' }, FLUE).type).toBe(type);
});

it.each([
  ['flue.turn.input', 'flue.turn.output'],
  ['flue.tool.arguments', 'flue.tool.result'],
  ['flue.task.prompt', 'flue.task.result'],
  ['flue.workflow.payload', 'flue.workflow.result'],
])('reads %s and %s', (input, output) => {
  expect(ioOf({ [input]: '{"a":1}', [output]: 'done' }, FLUE)).toEqual({ input: { a: 1 }, output: 'done' });
});

it('passes where it says nothing, and in other scopes', () => {
  expect(ioOf({ 'input.value': 'x' }, FLUE).input).toBe('x');
  expect(ioOf({ 'flue.turn.input': 'x' }).input).toBeNull();
});
