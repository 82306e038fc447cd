import { RE2JS } from 're2js';

/** Tells whether a text matches. Never throws. */
export type Matcher = (text: string) => boolean;

/** Longer names are no model names: they match nothing, so that nobody can make us search in megabytes. */
const MAX_NAME = 500;

/** Instructions of a compiled pattern: what any text of the longest pattern needs, but not what repetition can make of it. */
const MAX_INSTRUCTIONS = 2500;

const never: Matcher = () => false;

/**
 * Compiles a pattern that a user wrote. RE2 takes linear time whatever the pattern; it has no look-around and no back-references.
 * @throws Error that says what is wrong with the pattern.
 */
export function compilePattern(pattern: string, flags: { caseSensitive?: boolean } = {}): Matcher {
  const compiled = RE2JS.compile(pattern, flags.caseSensitive === false ? RE2JS.CASE_INSENSITIVE : 0);
  if (compiled.programSize() > MAX_INSTRUCTIONS) throw new Error('it repeats too much');
  // `test` remembers what it learned of the pattern between texts, which on bad ones is a hundred times faster than `matcher().find()`.
  return (text) => text.length <= MAX_NAME && compiled.test(text);
}

/** As `compilePattern`; a pattern that cannot be compiled matches nothing. */
export function compilePatternOrNever(pattern: string, flags: { caseSensitive?: boolean } = {}): Matcher {
  try {
    return compilePattern(pattern, flags);
  } catch {
    return never;
  }
}

/** Compiles a pattern of our own price book: anchored, free of nested repetition, so the engine's own expressions do, much faster. */
export function compileOwnPattern(pattern: string): Matcher {
  const compiled = new RegExp(pattern.replace(/^\(\?i\)/, ''), 'i');
  return (text) => text.length <= MAX_NAME && compiled.test(text);
}
