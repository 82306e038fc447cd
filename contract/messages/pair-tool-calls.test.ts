import { describe, expect, it } from 'vitest';
import type { Message } from './message.ts';
import { pairToolCalls } from './pair-tool-calls.ts';
import { toolCall, toolResult } from './parse-parts.ts';

const message = (role: string, ...parts: Message['parts']): Message => ({ role, name: null, parts });
const results = (messages: readonly Message[]) =>
  messages.flatMap(({ role, parts }) =>
    parts.map((part) =>
      `${role} ${part.kind} ${part.kind === 'tool-call' ? JSON.stringify(part.result?.content ?? null) : ''}`.trim(),
    ),
  );

describe('pairToolCalls', () => {
  it('puts results into their calls and drops the emptied messages', () => {
    const paired = pairToolCalls([
      message('assistant', toolCall('a', 'f', {}), toolCall('b', 'g', {})),
      message('tool', toolResult('b', null, 'second')),
      message('tool', toolResult('a', null, 'first')),
      message('assistant', { kind: 'text', text: 'done' }),
    ]);
    expect(results(paired)).toEqual([
      'assistant tool-call [{"kind":"text","text":"first"}]',
      'assistant tool-call [{"kind":"text","text":"second"}]',
      'assistant text',
    ]);
  });

  it('keeps what else a message of results says, and results without a call', () => {
    const paired = pairToolCalls([
      message('assistant', toolCall('a', 'f', {})),
      message('user', toolResult('a', null, 'r'), { kind: 'text', text: 'and now?' }),
      message('tool', toolResult('other', null, 'lost')),
    ]);
    expect(results(paired)).toEqual(['assistant tool-call [{"kind":"text","text":"r"}]', 'user text', 'tool tool-result']);
  });

  it('pairs by name in order where there are no ids', () => {
    const paired = pairToolCalls([
      message('assistant', toolCall(null, 'f', 1), toolCall(null, 'f', 2)),
      message('user', toolResult(null, 'f', 'one'), toolResult(null, 'f', 'two')),
    ]);
    expect(results(paired)).toEqual([
      'assistant tool-call [{"kind":"text","text":"one"}]',
      'assistant tool-call [{"kind":"text","text":"two"}]',
    ]);
  });

  it('keeps a second result of one call', () => {
    const paired = pairToolCalls([
      message('assistant', toolCall('a', 'f', {})),
      message('tool', toolResult('a', null, '1')),
      message('tool', toolResult('a', null, '2')),
    ]);
    expect(results(paired)).toEqual(['assistant tool-call [{"kind":"text","text":"1"}]', 'tool tool-result']);
  });
});
