import { describe, expect, it } from 'vitest';
import { nameOfKey } from './shortcuts.ts';

const press = (key: string, held: { meta?: boolean; ctrl?: boolean; alt?: boolean; shift?: boolean } = {}) =>
  nameOfKey({
    key,
    metaKey: held.meta ?? false,
    ctrlKey: held.ctrl ?? false,
    altKey: held.alt ?? false,
    shiftKey: held.shift ?? false,
  });

describe('nameOfKey', () => {
  it('names keys as shortcuts are written', () => {
    expect(press('k', { meta: true })).toBe('mod+k');
    expect(press('k', { ctrl: true })).toBe('mod+k');
    expect(press('K', { ctrl: true, shift: true })).toBe('mod+shift+k');
    expect(press('Escape')).toBe('esc');
    expect(press('ArrowDown', { alt: true })).toBe('alt+down');
    expect(press('ArrowDown', { shift: true })).toBe('shift+down');
  });

  it('takes a sign that needs shift as the sign', () => {
    expect(press('?', { shift: true })).toBe('?');
    expect(press('/')).toBe('/');
  });
});
