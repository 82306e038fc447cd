import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freePath, nameOfPath, pathOfPrompt } from './folder.ts';

describe('the path of a prompt', () => {
  it.each([
    ['support/answer', 'support/answer.md'],
    ['a b', 'a b.md'],
    ['what?', 'what%3F.md'],
    ['../../etc/passwd', '%2E%2E/%2E%2E/etc/passwd.md'],
    ['.hidden', '%2Ehidden.md'],
    ['C:\\x', 'C%3A%5Cx.md'],
    ['con', '%63on.md'],
    ['退款', '退款.md'],
  ])('%s is %s', (name, path) => {
    expect(pathOfPrompt(name)).toBe(path);
    expect(nameOfPath(path)).toBe(name);
  });

  it('never leaves the folder and fits file systems', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }), (name) => {
        for (const part of pathOfPrompt(name).split('/')) {
          expect(part).not.toMatch(/^\.|[<>:"\\|?*\0]/);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(205);
        }
      }),
    );
  });

  it('is another one for a name that differs in case only', () => {
    const taken = new Set(['answer.md']);
    expect(freePath('Answer', taken)).toMatch(/^Answer~[0-9a-f]{8}\.md$/);
    expect(freePath('other', taken)).toBe('other.md');
  });
});
