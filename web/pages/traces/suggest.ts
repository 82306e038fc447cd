import { columnsOf, type FilterColumn, findColumn, type ListName } from '../../../contract/filter/columns.ts';
import { quote, tokenise } from '../../../contract/filter/tokenise.ts';
import { LEVELS, OBSERVATION_TYPES } from '../../../contract/observation.ts';

/** What is being typed at the caret, and the part of the text that a suggestion replaces. */
export type TypedToken =
  | { readonly kind: 'column'; readonly from: number; readonly to: number; readonly prefix: string; readonly negated: boolean }
  | { readonly kind: 'value'; readonly from: number; readonly to: number; readonly prefix: string; readonly column: FilterColumn }
  | { readonly kind: 'none'; readonly from: number; readonly to: number };

export interface Suggestion {
  readonly label: string;
  readonly detail?: string;
  readonly insert: string;
  /** The condition is finished; otherwise one goes on typing right behind. */
  readonly complete: boolean;
}

/** The word or value around the caret. */
export function tokenAt(list: ListName, text: string, caret: number): TypedToken {
  const part = tokenise(text).find(({ start, end }) => start <= caret && caret <= end);
  if (!part) return { kind: 'column', from: caret, to: caret, prefix: '', negated: false };
  if (part.kind === 'words') {
    if (text[part.start] === '"') return { kind: 'none', from: caret, to: caret };
    const negated = text[part.start] === '-';
    const from = part.start + (negated ? 1 : 0);
    return { kind: 'column', from, to: part.end, prefix: text.slice(from, caret), negated };
  }
  const values = part.end - part.rest.length + part.mark.length;
  if (caret < part.end - part.rest.length) {
    const from = part.start + (part.negated ? 1 : 0);
    return { kind: 'column', from, to: part.end - part.rest.length, prefix: text.slice(from, caret), negated: part.negated };
  }
  const column = findColumn(list, part.path[0]!);
  if (!column || part.path.length > 1 || caret < values) return { kind: 'none', from: caret, to: caret };
  const [from, to] = valueAround(text, values, part.end, caret);
  return { kind: 'value', from, to, prefix: text.slice(from, caret).replace(/^"/, ''), column };
}

/** Bounds of the value around the caret, between commas that are not inside quotes. */
function valueAround(text: string, start: number, end: number, caret: number): [number, number] {
  let from = start;
  let quoted = false;
  for (let at = start; at < end; at++) {
    if (text[at] === '"' && text[at - 1] !== '\\') quoted = !quoted;
    if (text[at] !== ',' || quoted) continue;
    if (at >= caret) return [from, at];
    from = at + 1;
  }
  return [from, end];
}

const MOST = 12;
const NUMBER_HINTS: readonly [string, string][] = [
  ['>', 'more than'],
  ['>=', 'at least'],
  ['<', 'less than'],
  ['<=', 'at most'],
];
const UNIT_HINTS: Readonly<Record<string, string>> = {
  seconds: 'seconds; 500ms, 2m also work',
  usd: 'USD',
  tokens: 'tokens; 10k also works',
  count: 'a number',
  'tokens/s': 'tokens per second',
};

/**
 * Columns or values that go on from what was typed: those that begin with it first, then those that contain it.
 * @param valuesOf known values of a column, most frequent first
 */
export function suggest(
  list: ListName,
  token: TypedToken,
  valuesOf: (column: string) => readonly { value: string; count: number }[],
): Suggestion[] {
  if (token.kind === 'none') return [];
  return token.kind === 'column'
    ? suggestColumns(list, token.prefix, valuesOf)
    : suggestValues(token.column, token.prefix, valuesOf(token.column.id));
}

function suggestColumns(
  list: ListName,
  prefix: string,
  valuesOf: (column: string) => readonly { value: string; count: number }[],
): Suggestion[] {
  const typed = prefix.toLowerCase();
  const simple = columnsOf(list).filter(({ kind }) => kind !== 'numberMap' && kind !== 'categoryMap' && kind !== 'booleanMap');
  const candidates: { names: string[]; suggestion: Suggestion; rank: number }[] = simple.map((column) => ({
    names: [column.id, ...column.aliases, column.label].map((name) => name.toLowerCase()),
    suggestion: {
      label: column.kind === 'textMap' ? `${column.id}.` : `${column.id}:`,
      detail: column.label,
      insert: column.kind === 'textMap' ? `${column.id}.` : `${column.id}:`,
      complete: false,
    },
    rank: column.facet ? 0 : 1,
  }));
  const scores = new Set([
    ...valuesOf('scores_avg').map(({ value }) => value),
    ...['score_categories', 'score_booleans'].flatMap((id) => valuesOf(id).map(({ value }) => value.split(':')[0]!)),
  ]);
  for (const name of scores) {
    const path = /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? `score.${name}:` : `score.${quote(name)}:`;
    candidates.push({
      names: [`score.${name}`.toLowerCase(), name.toLowerCase()],
      suggestion: { label: path, detail: 'Score', insert: path, complete: false },
      rank: 1,
    });
  }
  candidates.push({
    names: ['has'],
    suggestion: { label: 'has:', detail: 'Is not empty', insert: 'has:', complete: false },
    rank: 2,
  });
  const begins = candidates.filter(({ names }) => names.some((name) => name.startsWith(typed)));
  const contains =
    typed === '' ? [] : candidates.filter((each) => !begins.includes(each) && each.names.some((name) => name.includes(typed)));
  const ranked = [...begins.sort((a, b) => a.rank - b.rank), ...contains];
  return ranked.slice(0, MOST).map(({ suggestion }) => suggestion);
}

const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_./:@+-]*$/u;
const written = (value: string) => (PLAIN.test(value) ? value : quote(value));

function suggestValues(column: FilterColumn, prefix: string, known: readonly { value: string; count: number }[]): Suggestion[] {
  if (column.kind === 'number') {
    if (prefix !== '') return [];
    return NUMBER_HINTS.map(([mark, words]) => ({
      label: mark,
      detail: `${words} … ${UNIT_HINTS[column.unit ?? ''] ?? ''}`.trim(),
      insert: mark,
      complete: false,
    }));
  }
  if (column.kind === 'time') {
    return prefix === ''
      ? ['>=', '<'].map((mark) => ({
          label: mark,
          detail: `${mark === '<' ? 'before' : 'since'} … 2026-03-01 or 2026-03-01T12:00`,
          insert: mark,
          complete: false,
        }))
      : [];
  }
  const fixed: readonly string[] =
    column.kind === 'boolean'
      ? ['true', 'false']
      : column.id === 'level'
        ? LEVELS.toReversed()
        : column.id === 'type'
          ? OBSERVATION_TYPES
          : [];
  const counts = new Map(known.map(({ value, count }) => [value, count]));
  const values = [...counts.keys(), ...fixed.filter((value) => !counts.has(value))];
  const typed = prefix.toLowerCase();
  const begins = values.filter((value) => value.toLowerCase().startsWith(typed));
  const contains = typed === '' ? [] : values.filter((value) => !begins.includes(value) && value.toLowerCase().includes(typed));
  const offered = [...begins, ...contains].filter((value) => value !== '').slice(0, MOST);
  // Nothing is offered any more once the only fitting value is written out.
  if (offered.length === 1 && offered[0] === prefix) return [];
  return offered.map((value) => ({
    label: value,
    detail: counts.get(value)?.toLocaleString('en-US'),
    insert: written(value),
    complete: true,
  }));
}
