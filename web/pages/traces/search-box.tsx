import { Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ListName } from '../../../contract/filter/columns.ts';
import { parseFilter } from '../../../contract/filter/parse.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { cn } from '../../ui/cn.ts';
import { Kbd } from '../../ui/kbd.tsx';
import type { FacetValue } from './facet-sidebar.tsx';

import { type Suggestion, suggest, tokenAt } from './suggest.ts';

export interface SearchBoxProps {
  list: Extract<ListName, 'traces' | 'observations'>;
  /** The text that the page shows now. */
  text: string;
  onText(text: string): void;
  /** Values of a column that are known, most frequent first. */
  valuesOf(column: string): readonly FacetValue[];
  /** Told the column whose value is being typed, so that its values can be fetched. */
  onColumn(column: string | undefined): void;
}

/** A pause in typing after which a text without mistakes is applied. */
const PAUSE_MS = 600;

/** One box for conditions and words. Columns and values are suggested; a mistake is told below and nothing is applied. */
export function SearchBox({ list, text, onText, valuesOf, onColumn }: SearchBoxProps) {
  const [draft, setDraft] = useState(text);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLInputElement>(null);
  const id = useId();
  // The address keeps no blanks around the text; while one goes on typing they stay in the box.
  useEffect(() => setDraft((now) => (now.trim() === text ? now : text)), [text]);
  useShortcuts([{ keys: '/', label: 'Search and filter', group: 'Traces', run: () => box.current?.select() }]);

  const read = useMemo(() => parseFilter(list, draft), [list, draft]);
  const token = useMemo(() => tokenAt(list, draft, caret), [list, draft, caret]);
  const suggestions = useMemo(() => (open ? suggest(list, token, valuesOf) : []), [open, list, token, valuesOf]);
  const column = open && token.kind === 'value' ? token.column.id : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when the column changes, not when the page renders anew
  useEffect(() => onColumn(column), [column]);
  useEffect(() => {
    if (active >= suggestions.length) setActive(-1);
  }, [active, suggestions.length]);

  useEffect(() => {
    if (draft.trim() === text || read.errors.length > 0) return;
    const timer = setTimeout(() => onText(draft.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, text, read, onText]);

  const apply = (next: string) => {
    setDraft(next);
    if (parseFilter(list, next).errors.length === 0) onText(next);
  };
  const take = (suggestion: Suggestion) => {
    const next = draft.slice(0, token.from) + suggestion.insert + draft.slice(token.to);
    const at = token.from + suggestion.insert.length;
    setActive(-1);
    if (suggestion.complete) {
      const spaced = next.slice(at).startsWith(' ') || at < next.length ? next : `${next} `;
      setDraft(spaced);
      if (parseFilter(list, spaced).errors.length === 0) onText(spaced.trim());
      moveTo(spaced === next ? at : at + 1);
    } else {
      setDraft(next);
      moveTo(at);
    }
  };
  const moveTo = (at: number) => {
    setCaret(at);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(at, at);
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const shown = open && suggestions.length > 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!shown) setOpen(true);
      else
        setActive((now) =>
          event.key === 'ArrowDown' ? (now + 1) % suggestions.length : now <= 0 ? suggestions.length - 1 : now - 1,
        );
    } else if ((event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) && shown && active >= 0) {
      event.preventDefault();
      take(suggestions[active]!);
    } else if (event.key === 'Enter') {
      setOpen(false);
      apply(draft.trim());
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      if (open && suggestions.length > 0) setOpen(false);
      else box.current?.blur();
    }
  };
  // Half a condition is no mistake while its other half is being offered.
  const wrong = open && suggestions.length > 0 ? undefined : read.errors[0];

  return (
    <div className="relative min-w-0 flex-1">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-faint" />
      <input
        ref={box}
        type="text"
        role="combobox"
        aria-label="Search and filter"
        aria-expanded={open && suggestions.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        aria-autocomplete="list"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Search in inputs and outputs, or filter: level:ERROR latency:>5"
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          setCaret(event.target.selectionStart ?? event.target.value.length);
          setOpen(true);
          setActive(-1);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          if (draft.trim() !== text) apply(draft.trim());
        }}
        onKeyDown={onKeyDown}
        className="h-8 w-full rounded-md border border-line-strong bg-surface pr-9 pl-8.5 text-base shadow-xs transition-colors hover:border-faint/60 focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger"
      />
      {draft === '' ? (
        <span aria-hidden className="pointer-events-none absolute top-1.75 right-2">
          <Kbd>/</Kbd>
        </span>
      ) : (
        <button
          type="button"
          aria-label="Clear the search"
          className="absolute top-1.5 right-1.5 flex size-5 items-center justify-center rounded-sm text-faint hover:bg-hover hover:text-fg"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            setDraft('');
            onText('');
            box.current?.focus();
          }}
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
      <div
        id={`${id}-list`}
        role="listbox"
        // Or the browser would stop at it with the Tab key, because it scrolls.
        tabIndex={-1}
        aria-label="Suggestions"
        className={cn(
          'absolute top-full left-0 z-30 mt-1 max-h-80 w-full max-w-xl overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-pop',
          (!open || suggestions.length === 0) && 'hidden',
        )}
      >
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box takes the keys for its suggestions
          // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus and names the active suggestion
          <div
            key={`${suggestion.label} ${suggestion.insert}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            ref={index === active ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(suggestion)}
            className={cn(
              'flex h-7 cursor-pointer items-center gap-3 rounded-md px-2',
              index === active ? 'bg-hover' : 'hover:bg-hover',
            )}
          >
            <span className="min-w-0 truncate font-mono text-sm">{suggestion.label}</span>
            {suggestion.detail && <span className="ml-auto shrink-0 text-faint text-xs">{suggestion.detail}</span>}
          </div>
        ))}
      </div>
      {wrong && (
        <p
          id={`${id}-wrong`}
          role="alert"
          className="absolute top-full left-0 z-20 mt-1 rounded-md border border-danger/30 bg-danger-soft px-2 py-1 text-danger text-sm shadow-pop"
        >
          {wrong.message}
        </p>
      )}
    </div>
  );
}
