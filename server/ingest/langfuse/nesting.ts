/**
 * Values nested deeper than this are refused: JSON of any depth can be parsed, but printing it again overflows the stack at a depth
 * that depends on the caller.
 */
export const DEEPEST = 500;

/** Whether a JSON value is nested deeper than `DEEPEST`; does not recurse, since what it guards against is recursion. */
export function isTooDeep(root: unknown): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      // Not Object.values, which takes four times as long for an object of very many keys.
      for (const key in value) {
        const child = (value as Record<string, unknown>)[key];
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}
