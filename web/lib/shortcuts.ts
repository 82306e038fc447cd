import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Shortcut {
  /** `mod+k`, `/`, `?`, `j`, `esc`, `g t` (one after the other). `mod` is ⌘ on Apple's machines and Ctrl elsewhere. */
  keys: string;
  /** What it does, for the sheet behind `?`. */
  label: string;
  /** Heading on that sheet; shortcuts of a page use the page's name. */
  group: string;
  run(event: KeyboardEvent): void;
  /** Works while a text is being typed. Combinations with `mod` do anyway. */
  inText?: boolean;
  /** Works while a dialog or menu is open. */
  inDialog?: boolean;
}

const SEQUENCE_MS = 1200;
let active: readonly Shortcut[] = [];
let typed = '';
let typedAt = 0;
const listeners = new Set<() => void>();

/** The name of a pressed key as shortcuts are written. Shift is part of the sign itself: `?` is not `shift+/`. */
export function nameOfKey(event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey'>): string {
  const names: Record<string, string> = {
    Escape: 'esc',
    ArrowUp: 'up',
    ArrowDown: 'down',
    ArrowLeft: 'left',
    ArrowRight: 'right',
    Enter: 'enter',
    ' ': 'space',
  };
  const key = names[event.key] ?? event.key.toLowerCase();
  const shift = event.shiftKey && (event.key.length > 1 || /^[a-z]$/i.test(event.key)) ? 'shift+' : '';
  return `${event.metaKey || event.ctrlKey ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift}${key}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type);
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const key = nameOfKey(event);
  const sequence = event.timeStamp - typedAt < SEQUENCE_MS ? `${typed} ${key}` : key;
  const typing = isTyping(event.target);
  // Radix marks the body while a modal dialog or a select is open; menus and popovers hold the focus.
  const inDialog =
    document.body.hasAttribute('data-scroll-locked') ||
    (event.target instanceof Element && event.target.closest('[data-radix-popper-content-wrapper]') !== null);
  // The one that came last wins: a panel's `esc` before the page's.
  const found = active.findLast(
    (shortcut) =>
      (shortcut.keys === sequence || shortcut.keys === key) &&
      (!typing || shortcut.inText || key.startsWith('mod+')) &&
      (!inDialog || shortcut.inDialog),
  );
  typed = typing ? '' : key;
  typedAt = event.timeStamp;
  if (!found) return;
  typed = '';
  event.preventDefault();
  found.run(event);
}

function publish(next: readonly Shortcut[]) {
  if (active.length === 0 && next.length > 0) window.addEventListener('keydown', onKeyDown);
  if (next.length === 0) window.removeEventListener('keydown', onKeyDown);
  active = next;
  for (const listener of listeners) listener();
}

/** Listens for keys while the component is on the page. The newest `run` is called; the list itself may be written in place. */
export function useShortcuts(shortcuts: readonly Shortcut[], enabled = true): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const names = shortcuts.map((shortcut) => shortcut.keys).join('\n');
  useEffect(() => {
    if (!enabled || names === '') return;
    const mine = latest.current.map((shortcut, index) => ({
      ...shortcut,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    publish([...active, ...mine]);
    return () => publish(active.filter((shortcut) => !(mine as readonly Shortcut[]).includes(shortcut)));
  }, [names, enabled]);
}

/** The shortcuts that work right now, for the sheet that lists them. */
export function useActiveShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => active,
  );
}
