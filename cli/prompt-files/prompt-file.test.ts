import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printChat, readChat } from './chat-text.ts';
import { hashOf } from './prompt-content.ts';
import {
  isPromptFile,
  type PromptFile,
  PromptFileError,
  printPromptFile,
  readPromptFile,
  updatePromptFile,
} from './prompt-file.ts';

/** Texts that look like what the format is made of. */
const piece = fc.constantFrom(
  '@@ system',
  '@@',
  '\\@@ user',
  '\\\\@@',
  '---',
  '--- ',
  '\n',
  '\r\n',
  ' ',
  '',
  '#',
  ': ',
  '"',
  'a',
  '{{x}}',
  '世',
  '\t',
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const role = fc.oneof(fc.constantFrom('system', 'user', 'placeholder', 'chatmessage', ''), text);
const message = fc.oneof(
  fc.record({ role, content: text }),
  fc.record({ type: fc.constant('chatmessage' as const), role, content: text }),
  fc.record({ type: fc.constant('placeholder' as const), name: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/) }),
);
const label = fc.stringMatching(/^[a-z0-9_\-.]{1,12}$/).filter((each) => each !== 'latest');
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const config = fc.dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 4 });
const tag = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
const synced = fc.record({
  version: fc.integer({ min: 1, max: 1e9 }),
  hash: fc.stringMatching(/^[0-9a-f]{16}$/),
  labels: fc.uniqueArray(label, { maxLength: 2 }),
});
const body = fc.oneof(
  fc.record({ type: fc.constant('text' as const), prompt: text }),
  fc.record({ type: fc.constant('chat' as const), prompt: fc.array(message, { maxLength: 5 }) }),
);
const file = fc
  .record({
    body,
    name: fc.constantFrom('a', 'support/answer', '123', 'yes', 'a: b', '退款', '- x', '"q"'),
    config,
    tags: fc.uniqueArray(tag, { maxLength: 3 }),
    labels: fc.uniqueArray(label, { maxLength: 3 }),
    synced: fc.option(synced, { nil: undefined }),
  })
  .map(({ body, ...rest }): PromptFile => {
    const made = { ...body, ...rest };
    if (rest.synced === undefined) delete (made as Partial<PromptFile>).synced;
    return made;
  });

describe('messages as text', () => {
  it('gives any messages back exactly', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (items) => {
        expect(readChat(printChat(items))).toEqual(items);
      }),
      { numRuns: 2000 },
    );
  });

  it('is readable', () => {
    const items = [
      { role: 'system', content: 'Be kind.\n\nBe short.' },
      { type: 'placeholder' as const, name: 'history' },
      { role: 'user', content: '{{q}}' },
    ];
    expect(printChat(items)).toBe('@@ system\nBe kind.\n\nBe short.\n\n@@ placeholder history\n\n@@ user\n{{q}}\n');
  });

  it('takes what people type: no blank line before a message, none at the end', () => {
    expect(readChat('\n@@ system\nA\n@@ user\nB')).toEqual([
      { role: 'system', content: 'A' },
      { role: 'user', content: 'B' },
    ]);
  });

  it.each([
    ['hello\n@@ user\nx', 1, /begins with/],
    ['@@ user\nx\n\n@@ one two three\n', 4, /@@ role/],
    ['@@ placeholder a\ntext', 1, /no text of its own/],
    ['@@ "open\n', 1, /@@ role/],
    ['@@ "open x\n', 1, /@@ role/],
    ['@@ "\\x"\n', 1, /not a JSON string/],
  ])('says where %j is wrong', (wrong, line, message) => {
    expect(() => readChat(wrong)).toThrow(expect.objectContaining({ line, message: expect.stringMatching(message) }));
  });
});

describe('a prompt file', () => {
  it('gives any prompt back exactly', () => {
    fc.assert(
      fc.property(file, (given) => {
        const printed = printPromptFile(given);
        expect(isPromptFile(printed)).toBe(true);
        expect(readPromptFile(printed, 'other')).toEqual(given);
      }),
      { numRuns: 1500 },
    );
  });

  it('survives line ends that Git turned round, unless the prompt has such itself', () => {
    const given: PromptFile = { name: 'a', type: 'text', prompt: 'one\ntwo', config: {}, tags: [], labels: [] };
    const turned = printPromptFile(given).replaceAll('\n', '\r\n');
    expect(readPromptFile(turned, 'x')).toEqual(given);
    const own = { ...given, prompt: 'one\r\ntwo' };
    expect(readPromptFile(printPromptFile(own), 'x')).toEqual(own);
  });

  it('is updated without touching what is the same', () => {
    const before = `---\n# For the help desk\nname: support/answer   # do not rename\nconfig: {temperature: 0.2}\n---\nHello\n`;
    const read = readPromptFile(before, 'x');
    const state = { version: 3, hash: hashOf(read), labels: ['production'] };
    const after = updatePromptFile(before, { ...read, synced: state });
    expect(after).toContain('# For the help desk\nname: support/answer # do not rename\n');
    expect(after).toContain('temperature: 0.2');
    expect(readPromptFile(after, 'x')).toEqual({ ...read, synced: state });
  });

  it('needs little: a name by its path, a type by its content', () => {
    expect(readPromptFile('---\n---\n@@ user\nhi', 'folder/name')).toEqual({
      name: 'folder/name',
      type: 'chat',
      prompt: [{ role: 'user', content: 'hi' }],
      config: {},
      tags: [],
      labels: [],
    });
    expect(readPromptFile('---\nlabels: [latest, production]\n---\nhi', 'a').labels).toEqual(['production']);
  });

  it.each([
    ['---\nname: a\nlabel: x\n---\n', /label/],
    ['---\nname: a\nlabels: }\n---\n', /^line 3: [^\n]*[^:]$/],
    ['---\nname: a\n', /---/],
    ['---\nlabels: [Loud]\n---\n', /labels/],
    ['---\nname: a|b\n---\n', /name/],
    ['---\ntype: chat\n---\nno message', /line 4/],
  ])('refuses %j', (wrong, message) => {
    expect(() => readPromptFile(wrong, 'x')).toThrow(PromptFileError);
    expect(() => readPromptFile(wrong, 'x')).toThrow(message);
  });
});

describe('the fingerprint', () => {
  const one = { type: 'text' as const, prompt: 'a', config: { a: 1, b: [1, 2] }, tags: ['x', 'y'] };
  it('does not see the order of keys and tags, nor the type that every message has', () => {
    expect(hashOf({ ...one, config: { b: [1, 2], a: 1 }, tags: ['y', 'x'] })).toBe(hashOf(one));
    const chat = (typed: boolean) => [{ ...(typed && { type: 'chatmessage' as const }), role: 'user', content: 'x' }];
    expect(hashOf({ ...one, type: 'chat', prompt: chat(true) })).toBe(hashOf({ ...one, type: 'chat', prompt: chat(false) }));
    expect(hashOf({ ...one, config: {} })).toBe(hashOf({ ...one, config: null }));
  });
  it('sees everything else', () => {
    const others = [
      { ...one, prompt: 'a\n' },
      { ...one, config: { a: 1, b: [2, 1] } },
      { ...one, tags: ['x'] },
      { ...one, type: 'chat' as const, prompt: [{ role: 'user', content: 'a' }] },
      { ...one, type: 'chat' as const, prompt: [{ type: 'placeholder' as const, name: 'a' }] },
    ];
    expect(new Set([one, ...others].map(hashOf)).size).toBe(others.length + 1);
  });
});
