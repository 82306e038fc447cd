import type { ChatItem } from '../../contract/prompt.ts';

/*
 * Messages of a chat prompt as a text that people can read and edit:
 *
 *     @@ system
 *     You answer in {{language}}.
 *
 *     @@ placeholder history
 *
 *     @@ user
 *     {{question}}
 *
 * A message begins with a line of `@@` and its role, and ends before the blank line in front of the next. Every text can be written: a
 * line of a message that looks like the beginning of another gets a backslash in front, a role that is no plain word is a JSON string,
 * and `@@ user chatmessage` is a message that names its type.
 */

const MARKER = /^@@(?: |$)/;
const ESCAPED = /^\\*@@(?: |$)/;
/** A JSON string, or a word that does not begin like one. */
const MARKER_WORD = /\s+(?:("(?:[^"\\]|\\.)*")|([^\s"]\S*))/g;
const MARKER_WORDS = new RegExp(`^@@(?:${MARKER_WORD.source})*\\s*$`);
const WORD = /^[A-Za-z0-9_.-]+$/;
const PLACEHOLDER = 'placeholder';
const TYPED = 'chatmessage';

/** Says where a text is no list of messages. */
export class ChatTextError extends Error {
  /** From 1, within the text. */
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Whether a text begins with a message. */
export const looksLikeChat = (text: string): boolean => MARKER.test(text.trimStart());

/** The text of these messages. `readChat` of it gives the same back. */
export function printChat(items: readonly ChatItem[]): string {
  return items.map(printItem).join('\n');
}

function printItem(item: ChatItem): string {
  if (!('role' in item)) return `@@ ${PLACEHOLDER} ${word(item.name)}\n`;
  const type = item.type === undefined ? '' : ` ${TYPED}`;
  const content = item.content
    .split('\n')
    .map((line) => (ESCAPED.test(line) ? `\\${line}` : line))
    .join('\n');
  return `@@ ${item.role === PLACEHOLDER ? JSON.stringify(item.role) : word(item.role)}${type}\n${content}\n`;
}

const word = (text: string) => (WORD.test(text) ? text : JSON.stringify(text));

/** The messages of a text. @throws ChatTextError */
export function readChat(text: string): ChatItem[] {
  const items: ChatItem[] = [];
  const lines = text.split('\n');
  let current: { item: ChatItem; line: number; content: string[] } | undefined;
  const finish = () => {
    if (!current) return;
    const { item, line, content } = current;
    if (content.at(-1) === '') content.pop();
    const said = content.map((each) => (each.startsWith('\\') && ESCAPED.test(each) ? each.slice(1) : each)).join('\n');
    if ('role' in item) items.push({ ...item, content: said });
    else if (said.trim() === '') items.push(item);
    else throw new ChatTextError(line, 'a placeholder has no text of its own');
  };
  lines.forEach((line, i) => {
    if (MARKER.test(line)) {
      finish();
      current = { item: readMarker(line, i + 1), line: i + 1, content: [] };
    } else if (current) current.content.push(line);
    else if (line.trim() !== '') throw new ChatTextError(i + 1, 'a chat prompt begins with a line like "@@ system"');
  });
  finish();
  return items;
}

function readMarker(line: string, number: number): ChatItem {
  const words = [...(MARKER_WORDS.test(line) ? line.slice(2).matchAll(MARKER_WORD) : [])].map(([, quoted, bare]) => ({
    quoted,
    bare,
  }));
  const [first, second] = words;
  const read = ({ quoted, bare }: (typeof words)[number]): string => {
    if (quoted === undefined) return bare!;
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw new ChatTextError(number, `${quoted} is not a JSON string`);
    }
  };
  if (first && !second) return { role: read(first), content: '' };
  if (first && second && words.length === 2) {
    if (first.bare === PLACEHOLDER) return { type: 'placeholder', name: read(second) };
    if (second.bare === TYPED) return { type: TYPED, role: read(first), content: '' };
  }
  throw new ChatTextError(number, 'a message begins with "@@ role", a placeholder with "@@ placeholder name"');
}
