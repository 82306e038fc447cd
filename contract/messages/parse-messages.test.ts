import { describe, expect, it } from 'vitest';
import type { Message, Part } from './message.ts';
import { parseContent, readTool } from './parse-messages.ts';

/** A short line per message, so that tests read like a chat. */
function show(value: unknown, side: 'input' | 'output' = 'input'): string[] {
  const content = parseContent(value, side);
  if (content.kind !== 'chat') return [`(${content.kind})`];
  return content.messages.map(({ role, parts }) => `${role}: ${parts.map(showPart).join(' | ')}`);
}
function showPart(part: Part): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'reasoning':
      return `<${part.text}>`;
    case 'refusal':
      return `refused ${part.text}`;
    case 'tool-call':
      return `call ${part.id ?? '-'} ${part.name}(${JSON.stringify(part.arguments)})`;
    case 'tool-result':
      return `result ${part.id ?? '-'} ${part.isError ? 'error ' : ''}${part.content.map(showPart).join(' | ')}`;
    case 'data':
      return JSON.stringify(part.value);
    default:
      return `${part.kind} ${part.mediaType} ${part.source}`;
  }
}

describe('parseContent', () => {
  it('reads OpenAI chat with parts, tool calls and results', () => {
    expect(
      show({
        model: 'gpt-4o',
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: '{"ok":true}' },
        ],
      }),
    ).toEqual([
      'system: Be brief.',
      'user: What is this? | image image/* https://x.test/a.png',
      'assistant: call c1 look({"at":1})',
      'tool: result c1 {"ok":true}',
    ]);
    expect(show({ choices: [{ message: { role: 'assistant', content: 'Yes', refusal: null } }] }, 'output')).toEqual([
      'assistant: Yes',
    ]);
    expect(show({ role: 'assistant', content: 'Hi', reasoning_content: 'hm' }, 'output')).toEqual(['assistant: <hm> | Hi']);
    expect(show({ role: 'assistant', content: null, refusal: 'No.' }, 'output')).toEqual(['assistant: refused No.']);
  });

  it('reads OpenAI responses', () => {
    expect(
      show({
        instructions: 'Help.',
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
          { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'think' }] },
          { type: 'function_call', call_id: 'f1', name: 'weather', arguments: '{"city":"Rome"}' },
          { type: 'function_call_output', call_id: 'f1', output: 'sunny' },
        ],
      }),
    ).toEqual([
      'system: Help.',
      'user: Weather?',
      'assistant: <think>',
      'assistant: call f1 weather({"city":"Rome"})',
      'tool: result f1 sunny',
    ]);
    expect(
      show(
        { id: 'r', output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Sunny.' }] }] },
        'output',
      ),
    ).toEqual(['assistant: Sunny.']);
    expect(show([{ type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }], 'output')).toEqual([
      'assistant: call a f({})',
    ]);
    expect(show({ input: 'Hello', instructions: 'Be kind.' })).toEqual(['system: Be kind.', 'user: Hello']);
  });

  it('reads Anthropic', () => {
    expect(
      show({
        system: [{ type: 'text', text: 'You are a clerk.' }],
        messages: [
          { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }] },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'let me', signature: 's' },
              { type: 'redacted_thinking', data: 'x' },
              { type: 'tool_use', id: 't1', name: 'find', input: { q: 1 } },
            ],
          },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 't1', is_error: true, content: [{ type: 'text', text: 'gone' }] }],
          },
        ],
      }),
    ).toEqual([
      'system: You are a clerk.',
      'user: image image/png data:image/png;base64,AAAA',
      'assistant: <let me> | <> | call t1 find({"q":1})',
      'user: result t1 error gone',
    ]);
    expect(show({ type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Done.' }] }, 'output')).toEqual([
      'assistant: Done.',
    ]);
    expect(show([{ type: 'text', text: 'Done.' }], 'output')).toEqual(['assistant: Done.']);
  });

  it('reads Gemini', () => {
    expect(
      show({
        systemInstruction: { parts: [{ text: 'Short.' }] },
        contents: [
          { role: 'user', parts: [{ text: 'See' }, { inlineData: { mimeType: 'image/jpeg', data: 'QQ==' } }] },
          { role: 'model', parts: [{ text: 'hmm', thought: true }, { functionCall: { name: 'go', args: { x: 2 } } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'go', response: { y: 3 } } }] },
        ],
      }),
    ).toEqual([
      'system: Short.',
      'user: See | image image/jpeg data:image/jpeg;base64,QQ==',
      'assistant: <hmm> | call - go({"x":2})',
      'user: result - {"y":3}',
    ]);
    expect(
      show({ candidates: [{ content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP' }] }, 'output'),
    ).toEqual(['assistant: ok']);
  });

  it('reads the AI SDK, model messages and UI messages', () => {
    expect(
      show({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Hi' },
              { type: 'file', mediaType: 'image/png', data: 'QQ==' },
            ],
          },
          { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'v', toolName: 'sum', input: { a: 1 } }] },
          {
            role: 'tool',
            content: [{ type: 'tool-result', toolCallId: 'v', toolName: 'sum', output: { type: 'error-text', value: 'bad' } }],
          },
        ],
      }),
    ).toEqual([
      'user: Hi | image image/png data:image/png;base64,QQ==',
      'assistant: call v sum({"a":1})',
      'tool: result v error bad',
    ]);
    expect(
      show(
        [
          {
            id: '1',
            role: 'assistant',
            parts: [
              { type: 'step-start' },
              { type: 'tool-getTime', toolCallId: 'k', state: 'output-available', input: {}, output: 'noon' },
              { type: 'text', text: 'Noon.' },
            ],
          },
        ],
        'output',
      ),
    ).toEqual(['assistant: call k getTime({}) | result k noon | Noon.']);
    expect(
      show({ text: 'Hi', finishReason: 'stop', toolCalls: [{ toolCallId: 'z', toolName: 'n', args: { q: 1 } }] }, 'output'),
    ).toEqual(['assistant: Hi | call z n({"q":1})']);
  });

  it('reads LangChain: classes, serialised, dumped, tuples, batches and generations', () => {
    expect(
      show([
        [
          { type: 'human', content: 'Hi' },
          { type: 'ai', content: '', tool_calls: [{ name: 'f', args: { a: 1 }, id: 'l1', type: 'tool_call' }] },
        ],
      ]),
    ).toEqual(['user: Hi', 'assistant: call l1 f({"a":1})']);
    expect(
      show({
        messages: [{ lc: 1, type: 'constructor', id: ['langchain', 'schema', 'HumanMessage'], kwargs: { content: 'Yo' } }],
        order_id: 5,
      }),
    ).toEqual(['user: Yo']);
    expect(show([{ type: 'tool', content: 'found', tool_call_id: 'l1', name: 'f', status: 'success' }])).toEqual([
      'tool: result l1 found',
    ]);
    expect(show([{ type: 'human', data: { content: 'old' } }])).toEqual(['user: old']);
    expect(
      show([
        ['system', 'S'],
        ['human', 'H'],
      ]),
    ).toEqual(['system: S', 'user: H']);
    expect(
      show({ generations: [[{ text: 'A', message: { kwargs: { content: 'A' }, id: ['x', 'AIMessage'], lc: 1 } }]] }, 'output'),
    ).toEqual(['assistant: A']);
    expect(
      show(
        {
          role: 'assistant',
          content: '',
          additional_kwargs: { tool_calls: [{ id: 'o', function: { name: 'g', arguments: '{}' } }] },
        },
        'output',
      ),
    ).toEqual(['assistant: call o g({})']);
  });

  it('reads OpenInference, nested and flat', () => {
    expect(
      show([
        {
          message: {
            role: 'user',
            contents: [
              { message_content: { type: 'text', text: 'T' } },
              { message_content: { type: 'image', image: { image: { url: 'data:image/png;base64,QQ==' } } } },
            ],
          },
        },
        {
          message: { role: 'assistant', tool_calls: [{ tool_call: { id: 'i', function: { name: 'h', arguments: '{"k":2}' } } }] },
        },
        { 'message.role': 'user', 'message.content': 'flat' },
      ]),
    ).toEqual(['user: T | image image/* data:image/png;base64,QQ==', 'assistant: call i h({"k":2})', 'user: flat']);
  });

  it('reads GenAI semantic conventions', () => {
    expect(
      show([
        {
          role: 'user',
          parts: [
            { type: 'text', content: 'Hi' },
            { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'QQ==' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'mm' },
            { type: 'tool_call', id: 'g', name: 'w', arguments: { c: 1 } },
          ],
          finish_reason: 'tool_call',
        },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'g', response: 'rain' }] },
      ]),
    ).toEqual([
      'user: Hi | image image/png data:image/png;base64,QQ==',
      'assistant: <mm> | call g w({"c":1})',
      'tool: result g rain',
    ]);
  });

  it('reads Bedrock and Pydantic AI', () => {
    expect(
      show([
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'b', name: 'f', input: {} } }] },
        { role: 'user', content: [{ toolResult: { toolUseId: 'b', status: 'error', content: [{ text: 'no' }] } }] },
      ]),
    ).toEqual(['assistant: call b f({})', 'user: result b error no']);
    expect(
      show([
        {
          kind: 'request',
          parts: [
            { part_kind: 'system-prompt', content: 'S' },
            { part_kind: 'user-prompt', content: 'U' },
          ],
        },
        { kind: 'response', parts: [{ part_kind: 'tool-call', tool_name: 't', args: '{}', tool_call_id: 'p' }] },
        { kind: 'request', parts: [{ part_kind: 'tool-return', tool_name: 't', content: 'R', tool_call_id: 'p' }] },
      ]),
    ).toEqual(['system: S', 'user: U', 'assistant: call p t({})', 'tool: result p R']);
  });

  it('keeps what stands beside the messages, and the tools', () => {
    const content = parseContent(
      {
        messages: [{ role: 'user', content: 'x' }],
        temperature: 0,
        stop: null,
        tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } }],
      },
      'input',
    );
    expect(content).toMatchObject({
      rest: { temperature: 0 },
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' } }],
    });
    expect(readTool('{"name":"a","input_schema":{"x":1}}')).toEqual([{ name: 'a', description: null, parameters: { x: 1 } }]);
    expect(readTool({ functionDeclarations: [{ name: 'b' }, { name: 'c' }] }).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('reads JSON in a string', () => {
    expect(show('[{"role":"user","content":"Hi"}]')).toEqual(['user: Hi']);
    expect(show('{not json')).toEqual(['(text)']);
  });

  it.each([
    ['a text', 'hello', 'text'],
    ['nothing', null, 'empty'],
    ['an empty text', '', 'empty'],
    ['a number', 4, 'data'],
    ['a person with a role', { role: 'admin', name: 'Bob' }, 'data'],
    ['documents', [{ page_content: 'x', metadata: {} }], 'data'],
    ['a list that is only partly messages', [{ role: 'user', content: 'x' }, { score: 1 }], 'data'],
    ['texts', ['a', 'b'], 'data'],
    ['an order', { input: 'x', order: 1 }, 'data'],
    ['a typed event', { type: 'order', items: [] }, 'data'],
    ['a type named like a method', [{ type: 'constructor', role: 1 }], 'data'],
    ['an empty list', [], 'data'],
    ['empty messages', { messages: [] }, 'data'],
  ])('does not take %s for a chat', (_, value, kind) => {
    expect(parseContent(value, 'input').kind).toBe(kind);
  });

  it('never throws, whatever the shape', () => {
    const leaves: unknown[] = [
      null,
      0,
      '',
      'x',
      [],
      {},
      true,
      [null],
      [[]],
      { content: null },
      { role: 'user', content: [null, 3, {}] },
    ];
    for (const key of [
      'messages',
      'message',
      'choices',
      'candidates',
      'generations',
      'contents',
      'parts',
      'role',
      'type',
      'kwargs',
      'toolCalls',
      'system',
      'tools',
      'content',
      'message_content',
      'functionCall',
      'audio',
      'id',
      'tool_calls',
    ]) {
      for (const leaf of leaves) {
        for (const more of [
          {},
          { role: 'user' },
          { type: 'image' },
          { type: 'tool_call' },
          { kwargs: {}, id: [1] },
          { messages: [{ role: 'tool' }] },
        ]) {
          expect(() => parseContent({ ...more, [key]: leaf }, 'output')).not.toThrow();
          expect(() => parseContent([{ ...more, [key]: leaf }], 'input')).not.toThrow();
        }
      }
    }
    let deep: unknown = 'x';
    for (let n = 0; n < 5_000; n++) deep = [deep];
    expect(parseContent(deep, 'input').kind).toBe('data');
  });

  it('reads a thousand messages of a kilobyte each in a blink', () => {
    const messages: Partial<Message & { content: string }>[] = Array.from({ length: 1_000 }, (_, n) => ({
      role: n % 2 ? 'assistant' : 'user',
      content: 'x'.repeat(1_000),
    }));
    const started = performance.now();
    expect(show({ messages })).toHaveLength(1_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
