/** Escapes, character classes, groups, repetitions and everything else of a regular expression, one at a time. */
const TOKEN = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|\{\d+,\d*\}|[\s\S]/g;

const isRepetition = (token: string): boolean => token === '*' || token === '+' || (token.length > 1 && token.startsWith('{'));

/**
 * Whether a regular expression repeats a group that repeats something itself, as `(a+)+` does: engines that backtrack need exponential
 * time for it, so that such a pattern is not safe to hand on (contract §5.8).
 */
export function hasNestedRepetition(pattern: string): boolean {
  /** Of each open group, the pattern itself first: whether something repeats in it. */
  const repeats = [false];
  let closed: boolean | null = null;
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (isRepetition(token)) {
      if (closed) return true;
      repeats[repeats.length - 1] = true;
    }
    closed = token === ')' ? (repeats.pop() ?? false) : null;
    if (token === '(') repeats.push(false);
    if (closed) repeats[Math.max(0, repeats.length - 1)] = true;
  }
  return false;
}
