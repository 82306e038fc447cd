import { parseIfJson } from '../../../../contract/json/parse.ts';
import type { TextEnds } from '../../../query/read-step-texts.ts';

/** A text that wants room: where it goes, and what to call for the whole. */
export interface Wanted {
  text: TextEnds;
  /** How to get all of it, as said in the mark. */
  whole: string;
}

/** A text that is at hand, of a longer one `most` characters from either end. */
export function endsOf(text: string, most: number): TextEnds {
  let length = 0;
  for (const _ of text) length += 1;
  if (length <= most) return { length, head: text, tail: '' };
  // By code units, which is fast; half a character at the cut is dropped.
  return {
    length,
    head: text.slice(0, most).replace(/[\uD800-\uDBFF]$/, ''),
    tail: text.slice(-most).replace(/^[\uDC00-\uDFFF]/, ''),
  };
}

/** Least room that a text is cut to. */
const LEAST = 160;

/**
 * Shares room among texts: short ones take what they need, the others have equal parts of what is left. What fits is a value (parsed
 * where it is JSON); the others keep their beginning and end, with a mark between that says how much is missing and how to get it.
 * @param budget characters of pretty JSON
 */
export function shareRoom(wanted: readonly Wanted[], budget: number): unknown[] {
  const needs = wanted.map(({ text }, index) => ({ index, need: roomFor(text) })).sort((a, b) => a.need - b.need);
  const values: unknown[] = new Array(wanted.length).fill(null);
  let left = budget;
  needs.forEach(({ index, need }, i) => {
    const share = Math.max(LEAST, Math.floor(left / (needs.length - i)));
    const { text, whole } = wanted[index]!;
    values[index] = need <= share ? parsedValue(text) : cut(text, share, whole);
    left -= Math.min(need, share);
  });
  return values;
}

/** What is nested too deep to be written again stays text. */
function parsedValue({ head, length }: TextEnds): unknown {
  if (length === 0) return null;
  const value = parseIfJson(head);
  return jsonOf(value) === null ? head : value;
}

/** JSON text, or null for what is nested too deep for the engine. */
export function jsonOf(value: unknown): string | null {
  try {
    return JSON.stringify(value, null, 2);
  } catch {
    return null;
  }
}

/** Characters that a value takes in the answer, with some for its indentation; endless for one that was not read whole. */
function roomFor(text: TextEnds): number {
  if (text.tail !== '') return Number.POSITIVE_INFINITY;
  if (text.length === 0) return 4;
  const pretty = JSON.stringify(parsedValue(text), null, 2);
  return pretty.length + 8 * (pretty.split('\n').length - 1);
}

/** Beginning and end of a text, the beginning twice as long. */
function cut(text: TextEnds, room: number, whole: string): string {
  const mark = (missing: number) => ` …[${missing} of ${text.length} characters cut; whole: ${whole}]… `;
  const inner = Math.max(40, room - mark(text.length).length - 2);
  const head = fitting([...text.head], Math.ceil((inner * 2) / 3), 'start');
  const rest = text.tail === '' ? [...text.head].slice(head.length) : [...text.tail];
  const tail = fitting(rest, Math.floor(inner / 3), 'end');
  return `${head.join('')}${mark(text.length - head.length - tail.length)}${tail.join('')}`;
}

/** As many characters from one end as fit into `room` when written as JSON, where some take several. */
function fitting(characters: readonly string[], room: number, end: 'start' | 'end'): string[] {
  let used = 0;
  let count = 0;
  while (count < characters.length) {
    const character = characters[end === 'start' ? count : characters.length - 1 - count]!;
    used += JSON.stringify(character).length - 2;
    if (used > room) break;
    count += 1;
  }
  return end === 'start' ? characters.slice(0, count) : characters.slice(characters.length - count);
}
