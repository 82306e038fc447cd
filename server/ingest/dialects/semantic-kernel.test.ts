import { expect, it } from 'vitest';
import { ioOf } from './example-span.ts';

const prompt = (attributes: Record<string, string>) => ({ name: 'gen_ai.content.prompt', attributes });
const completion = (attributes: Record<string, string>) => ({ name: 'gen_ai.content.completion', attributes });

it('reads the events through the other rules', () => {
  expect(ioOf({}, { events: [prompt({ 'gen_ai.prompt': 'hi' }), completion({ 'gen_ai.completion': 'hello' })] })).toEqual({
    input: 'hi',
    output: 'hello',
  });
});

it('keeps events whole that no rule knows', () => {
  expect(ioOf({}, { events: [prompt({ said: 'hi' }), completion({ answered: 'hello' })] })).toEqual({
    input: { said: 'hi' },
    output: { answered: 'hello' },
  });
});

it('keeps all of several prompts', () => {
  expect(ioOf({}, { events: [prompt({ 'gen_ai.prompt': 'a' }), prompt({ 'gen_ai.prompt': 'b' })] }).input).toEqual(['a', 'b']);
});

it('comes after message events and before attributes', () => {
  const message = { name: 'gen_ai.user.message', attributes: { content: 'first' } };
  expect(ioOf({}, { events: [prompt({ 'gen_ai.prompt': 'second' }), message] }).input).toEqual([
    { role: 'user', content: 'first' },
  ]);
  expect(ioOf({ 'input.value': 'third' }, { events: [prompt({ 'gen_ai.prompt': 'second' })] }).input).toBe('second');
});
