/** A value of a term; `quoted` ones are texts whatever they look like. */
export interface Token {
  text: string;
  quoted: boolean;
}

/** `-path.to:MARKvalue,value` */
export interface Term {
  kind: 'term';
  negated: boolean;
  path: string[];
  /** Comparison before the values, or empty. */
  mark: string;
  tokens: Token[];
  /** Everything after the colon, as typed. */
  rest: string;
  start: number;
  end: number;
}

/** Text that is looked for. */
export interface Words {
  kind: 'words';
  text: string;
  start: number;
  end: number;
}

const MARKS = ['>=', '<=', '>', '<', '~', '^', '$', '*', '&', '='];

/** Cuts the text of a search box at its spaces, except inside quotes. An open quote reaches to the end. */
export function tokenise(text: string): (Term | Words)[] {
  const parts: (Term | Words)[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const read = readTerm(text, at) ?? readWords(text, at);
    parts.push(read);
    at = read.end;
  }
  return parts;
}

function readWords(text: string, start: number): Words {
  if (text[start] === '"') {
    const { token, end } = readQuoted(text, start);
    return { kind: 'words', text: token.text, start, end };
  }
  let end = start;
  while (end < text.length && !/\s/.test(text[end]!)) end++;
  return { kind: 'words', text: text.slice(start, end), start, end };
}

/** Null when what stands at `start` is no term. */
function readTerm(text: string, start: number): Term | null {
  let at = start;
  const negated = text[at] === '-';
  if (negated) at++;
  const path: string[] = [];
  for (;;) {
    if (text[at] === '"' && path.length > 0) {
      const { token, end } = readQuoted(text, at);
      path.push(token.text);
      at = end;
    } else {
      const name = /^[\p{L}_][\p{L}\p{N}_-]*/u.exec(text.slice(at, at + 200));
      // Keys of maps may begin with a digit.
      const part = name ?? (path.length > 0 ? /^[\p{L}\p{N}_-]+/u.exec(text.slice(at, at + 200)) : null);
      if (!part) return null;
      path.push(part[0]);
      at += part[0].length;
    }
    if (text[at] === '.') at++;
    else break;
  }
  if (text[at] !== ':') return null;
  at++;
  const afterColon = at;
  const mark = MARKS.find((each) => text.startsWith(each, at)) ?? '';
  at += mark.length;
  const tokens: Token[] = [];
  while (at < text.length && !/\s/.test(text[at]!)) {
    const { token, end } = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    tokens.push(token);
    at = end;
    if (text[at] === ',') at++;
  }
  return { kind: 'term', negated, path, mark, tokens, rest: text.slice(afterColon, at), start, end: at };
}

function readPlain(text: string, start: number): { token: Token; end: number } {
  let end = start;
  while (end < text.length && !/[\s,]/.test(text[end]!)) end++;
  return { token: { text: text.slice(start, end), quoted: false }, end };
}

/** A text in quotes; a backslash frees a quote or a backslash. */
function readQuoted(text: string, start: number): { token: Token; end: number } {
  let value = '';
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at++;
    value += text[at];
    at++;
  }
  return { token: { text: value, quoted: true }, end: Math.min(at + 1, text.length) };
}

/** Puts quotes around a text. */
export const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
