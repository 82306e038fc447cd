import { describe, expect, it } from 'vitest';
import { rowOf } from './example-span.ts';
import { readTags } from './trace-fields.ts';

it.each([
  [
    ['a', 'b', 'a'],
    ['a', 'b'],
  ],
  ['["a","b"]', ['a', 'b']],
  ['a, b,,c', ['a', 'b', 'c']],
  ['one', ['one']],
  ['[broken', ['[broken']],
  [
    [1, true],
    ['1', 'true'],
  ],
  [undefined, []],
])('tags %j are %j', (given, tags) => {
  expect(readTags(given as string)).toEqual(tags);
});

describe('precedence', () => {
  it.each([
    [
      'user_id',
      [
        'langfuse.user.id',
        'user.id',
        'langfuse.observation.metadata.langfuse_user_id',
        'langfuse.trace.metadata.langfuse_user_id',
        'ai.telemetry.metadata.userId',
      ],
    ],
    [
      'session_id',
      [
        'langfuse.session.id',
        'session.id',
        'gen_ai.conversation.id',
        'langfuse.observation.metadata.langfuse_session_id',
        'langfuse.trace.metadata.langfuse_session_id',
        'ai.telemetry.metadata.sessionId',
      ],
    ],
    [
      'tags',
      [
        'langfuse.trace.tags',
        'langfuse.tags',
        'langfuse.observation.metadata.langfuse_tags',
        'langfuse.trace.metadata.langfuse_tags',
        'ai.telemetry.metadata.tags',
        'tag.tags',
      ],
    ],
  ] as const)('of %s', (field, keys) => {
    for (let first = 0; first < keys.length; first++) {
      const attributes = Object.fromEntries(keys.slice(first).map((key) => [key, key]));
      const expected = field === 'tags' ? [keys[first]] : keys[first];
      expect(rowOf(attributes)[field]).toEqual(expected);
    }
  });

  it('skips what is empty', () => {
    expect(rowOf({ 'langfuse.user.id': '', 'user.id': 'u' }).user_id).toBe('u');
  });
});

it('takes texts of metadata that were written as JSON', () => {
  const row = rowOf({
    'langfuse.observation.metadata.langfuse_user_id': '"Grüße \\"u\\""',
    'langfuse.observation.metadata.langfuse_session_id': '"s-1"',
    'langfuse.observation.metadata.langfuse_tags': '"a,b"',
  });
  expect([row.user_id, row.session_id, row.tags]).toEqual(['Grüße "u"', 's-1', ['a', 'b']]);
  expect(rowOf({ 'langfuse.user.id': '"broken', 'session.id': '"a" or "b"' })).toMatchObject({
    user_id: '"broken',
    session_id: '"a" or "b"',
  });
});

it('keeps quotes that belong to an id', () => {
  expect(rowOf({ 'user.id': '"u-1"', 'langfuse.session.id': '"s-1"' })).toMatchObject({ user_id: '"u-1"', session_id: '"s-1"' });
});

it.each([
  [true, true],
  ['true', true],
  ['yes', false],
  [false, false],
])('public %j', (given, isPublic) => {
  expect(rowOf({ 'langfuse.trace.public': given }).public).toBe(isPublic);
});

it('cuts long names of traces', () => {
  expect(rowOf({ 'langfuse.trace.name': 'x'.repeat(2000) }).trace_name).toHaveLength(1000);
});
