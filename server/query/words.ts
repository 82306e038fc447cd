import type { ProjectQuery } from './scope.ts';

/**
 * All words of `text` occur in the column, whole and in any order, blind to case: `refund` does not find `refunds`. The text index's
 * tokeniser (`unicodeWord`) makes words of ASCII letters and digits and one token of every other character, so what is not ASCII must also
 * stand there as typed: `世界` does not find `界世`.
 *
 * `indexed` columns have a text index on their lower-case form and are answered from it (measured: the index prunes under FINAL and
 * through OR). Others are read.
 */
export function containsWords(query: ProjectQuery, column: string, text: string, indexed: boolean): string {
  const words = text.toLowerCase().split(/\s+/).filter(isWord);
  if (words.length === 0) return 'true';
  const bound = query.text(words.join(' '));
  const tokens = indexed ? `hasAllTokens(${column}, ${bound})` : `hasAllTokens(lowerUTF8(${column}), ${bound}, 'unicodeWord')`;
  const typed = words.filter((word) => /[^\p{ASCII}]/u.test(word));
  return [tokens, ...typed.map((word) => `position(lowerUTF8(${column}), ${query.text(word)}) > 0`)].join(' AND ');
}

const isWord = (text: string) => /[\p{L}\p{N}]/u.test(text);

/**
 * A step is found by a search when all words occur in its input, or in its output, or in its name, or when the text is its id or its
 * trace's. Undefined for a search without words.
 */
export function foundBy(query: ProjectQuery, search: string | undefined): string | undefined {
  const text = search?.trim();
  if (!text || !isWord(text)) return undefined;
  const id = query.text(text);
  const anywhere = ['input', 'output', 'name'].map((column) => `(${containsWords(query, column, text, true)})`);
  return `(${anywhere.join(' OR ')} OR id = ${id} OR trace_id = ${id})`;
}
