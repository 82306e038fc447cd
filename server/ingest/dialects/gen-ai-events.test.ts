import { expect, it } from 'vitest';
import { ioOf } from './example-span.ts';

it('reads the details event as if it were the span', () => {
  const event = {
    name: 'gen_ai.client.inference.operation.details',
    attributes: {
      'gen_ai.input.messages': '[{"role":"user","content":"hi"}]',
      'gen_ai.system_instructions': 'Be kind.',
      'gen_ai.output.messages': '["hello"]',
    },
  };
  expect(ioOf({ 'input.value': 'not this' }, { events: [event] })).toEqual({
    input: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'hi' },
    ],
    output: ['hello'],
  });
});

it('passes when the details event says nothing', () => {
  expect(ioOf({ 'input.value': 'this' }, { events: [{ name: 'gen_ai.client.inference.operation.details' }] })).toEqual({
    input: 'this',
    output: null,
  });
});

it.each([
  ['system', 'gen_ai.system.message'],
  ['user', 'gen_ai.user.message'],
  ['assistant', 'gen_ai.assistant.message'],
  ['tool', 'gen_ai.tool.message'],
])('gives the role %s to %s', (role, name) => {
  expect(ioOf({}, { events: [{ name, attributes: { content: 'x' } }] })).toEqual({
    input: [{ role, content: 'x' }],
    output: null,
  });
});

it('keeps a role that the event names itself', () => {
  expect(ioOf({}, { events: [{ name: 'gen_ai.user.message', attributes: { role: 'developer' } }] }).input).toEqual([
    { role: 'developer' },
  ]);
});

it('gives one choice as an object, several as a list', () => {
  const choice = (index: number) => ({ name: 'gen_ai.choice', attributes: { index } });
  expect(ioOf({}, { events: [choice(0)] }).output).toEqual({ index: 0 });
  expect(ioOf({}, { events: [choice(0), choice(1)] }).output).toEqual([{ index: 0 }, { index: 1 }]);
});
