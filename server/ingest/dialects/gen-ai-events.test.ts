import { expect, it } from 'vitest';
import { type ExampleSpan, ioOf } from './example-span.ts';

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

const details = (attributes: Record<string, string>) => ({ name: 'gen_ai.client.inference.operation.details', attributes });
const system = details({ 'gen_ai.system_instructions': '[{"type":"text","content":"Be kind."}]' });
const asked = details({ 'gen_ai.input.messages': '[{"role":"user","parts":[]}]' });
const answered = details({ 'gen_ai.output.messages': '[{"role":"assistant","parts":[]}]' });
const WHOLE = {
  input: [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', parts: [] },
  ],
  output: [{ role: 'assistant', parts: [] }],
};

it('reads several details events together, in any order, and what the span says beside them', () => {
  expect(ioOf({}, { events: [system, asked, answered] })).toEqual(WHOLE);
  expect(ioOf({}, { events: [answered, asked, system, asked] })).toEqual(WHOLE);
  expect(ioOf({ 'gen_ai.system_instructions': 'Be kind.' }, { events: [asked, answered] })).toEqual(WHOLE);
  expect(ioOf({ 'gen_ai.output.messages': '[{"role":"assistant","parts":[]}]' }, { events: [system, asked] })).toEqual(WHOLE);
});

it('puts messages of several details events one behind the other', () => {
  const more = details({ 'gen_ai.input.messages': '[{"role":"tool","parts":[]}]' });
  expect(ioOf({}, { events: [asked, more] }).input).toEqual([
    { role: 'user', parts: [] },
    { role: 'tool', parts: [] },
  ]);
});

it('reads parts and messages that are JSON in a text, and leaves sentences alone', () => {
  const events: ExampleSpan['events'] = [
    { name: 'gen_ai.user.message', attributes: { content: '[{"text":"hi"}]' } },
    { name: 'gen_ai.user.message', attributes: { content: '42' } },
    {
      name: 'gen_ai.choice',
      attributes: { finish_reason: 'tool_use', message: '[{"toolUse":{"toolUseId":"t","name":"f","input":{}}}]' },
    },
  ];
  expect(ioOf({}, { events })).toEqual({
    input: [
      { role: 'user', content: [{ text: 'hi' }] },
      { role: 'user', content: '42' },
    ],
    output: { finish_reason: 'tool_use', message: [{ toolUse: { toolUseId: 't', name: 'f', input: {} } }] },
  });
});
