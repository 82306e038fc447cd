import { json } from '@codemirror/lang-json';
import { codeFolding, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { CodeViewProps } from './code-view.tsx';

/** From here on the colours of JSON cost more than they help. */
const LONGEST_COLOURED = 2_000_000;

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--palette-blue)' },
  { tag: tags.string, color: 'var(--palette-green)' },
  { tag: tags.number, color: 'var(--palette-orange)' },
  { tag: [tags.bool, tags.null], color: 'var(--palette-violet)' },
  { tag: tags.punctuation, color: 'var(--muted)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', maxHeight: 'inherit', fontSize: '12px', backgroundColor: 'transparent', color: 'var(--fg)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono, monospace)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--accent)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { paddingLeft: '12px', minWidth: '2rem' },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--active)',
    border: 'none',
    color: 'var(--muted)',
    padding: '0 6px',
    margin: '0 2px',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 24%, transparent)',
  },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in oklab, var(--warning) 30%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in oklab, var(--warning) 60%, transparent)' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--fg)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search': { fontFamily: 'var(--font-sans)', padding: '6px 8px' },
  '.cm-panel.cm-search label': { fontSize: '11.5px' },
  '.cm-textfield': {
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    color: 'var(--fg)',
    padding: '2px 8px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    color: 'var(--fg)',
  },
});

/** The editor behind `CodeView`, a module of its own so that it is loaded only when something is shown in it. */
export default function CodeViewEditor({ text, language, label }: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const coloured = language === 'json' && text.length <= LONGEST_COLOURED;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
          EditorView.lineWrapping,
          lineNumbers(),
          drawSelection(),
          search({ top: true }),
          highlightSelectionMatches(),
          keymap.of([...searchKeymap, ...foldKeymap, { key: '/', run: openSearchPanel }]),
          look,
          ...(coloured ? [json(), syntaxHighlighting(colours), codeFolding(), foldGutter()] : []),
        ],
      }),
    });
    return () => view.destroy();
  }, [text, language, label]);
  return <div ref={host} className="h-full max-h-[inherit]" />;
}
