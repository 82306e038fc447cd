import { describe, expect, it } from 'vitest';
import { inputTexts, outputText } from './message-texts.ts';

const texts = (stored: unknown) =>
  inputTexts(typeof stored === 'string' ? stored : JSON.stringify(stored)).messages.map(({ text }) => text);
const PICTURE = `data:image/png;base64,${Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919) % 251)).toString('base64')}`;

describe('what a model read', () => {
  it.each<[name: string, stored: unknown, texts: string[]]>([
    ['plain text', 'hello', ['hello']],
    [
      'messages',
      [
        { role: 'system', content: 'Be nice' },
        { role: 'user', content: 'hi' },
      ],
      ['Be nice', 'hi'],
    ],
    [
      'an envelope',
      { model: 'gpt-4o', temperature: 1, messages: [{ role: 'user', content: 'hi' }], tools: [{ name: 'x' }] },
      ['hi'],
    ],
    [
      'a system text beside them',
      { system: 'Be nice', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] },
      ['Be nice', 'hi'],
    ],
    [
      'parts, with a picture',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: PICTURE } },
          ],
        },
      ],
      ['What is this?'],
    ],
    ['the parts of the conventions', [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }], ['hi']],
    [
      'Gemini',
      { contents: [{ role: 'user', parts: [{ text: 'hi' }, { inline_data: { mime_type: 'image/png', data: PICTURE } }] }] },
      ['hi'],
    ],
    ['OpenInference', [{ message: { role: 'user', content: 'hi' } }], ['hi']],
    ['a picture in letters', PICTURE, []],
    ['any other JSON: its values', { question: 'why?', n: 3 }, ['why?\n3']],
    [
      'what Python prints',
      {
        messages: [
          "ChatMessage(role=<MessageRole.SYSTEM: 'system'>, additional_kwargs={}, blocks=[TextBlock(block_type='text', text=\"You're nice\")])",
        ],
      },
      ["You're nice"],
    ],
    ['a printed list', "[{'role': 'user', 'content': [{'type': 'text', 'text': 'line\\nnext'}]}]", ['line\nnext']],
    [
      'a call of a tool',
      [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get', arguments: '{"a":1}' } }],
        },
      ],
      ['get\n{"a":1}'],
    ],
  ])('%s', (_, stored, expected) => expect(texts(stored)).toEqual(expected));
});

describe('what a model wrote', () => {
  it.each<[name: string, stored: string, text: string]>([
    ['text', 'Hi', 'Hi'],
    ['a message', '{"role":"assistant","content":"Hi"}', 'Hi'],
    [
      'an answer of OpenAI',
      '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"}}],"usage":{"total_tokens":3}}',
      'Hi',
    ],
    [
      'an answer of Anthropic',
      '{"id":"msg_1","role":"assistant","content":[{"type":"text","text":"Hi","citations":null}]}',
      'Hi',
    ],
    ['an answer in JSON', '{"city":"Paris","degrees":1}', '{"city":"Paris","degrees":1}'],
    ['what LlamaIndex prints', 'assistant: Hi', 'Hi'],
    ['nothing', '', ''],
  ])('%s', (_, stored, text) => expect(outputText(stored)).toBe(text));
});
