import { ExactNumber } from '../../contract/json/exact-number.ts';
import { mayLoseDigits, parseJson } from '../../contract/json/parse.ts';

/**
 * Fields of requests whose values are the caller's own and come back as they were sent, numbers of any length included. All other numbers
 * are ours to count with: they become doubles, as the schemas ask for.
 */
const FREE_FIELDS: ReadonlySet<string> = new Set([
  'metadata',
  'input',
  'output',
  'expectedOutput',
  'config',
  'modelParameters',
  'modelParams',
  'inputSchema',
  'expectedOutputSchema',
  'frontmatter',
  'tokenizerConfig',
  'experimentMetadata',
  'log',
]);

/**
 * The value of a JSON body.
 * @throws SyntaxError when it is none
 */
export function parseBody(text: string): unknown {
  return mayLoseDigits(text) ? withDoubles(parseJson(text)) : JSON.parse(text);
}

/** In place; without recursion, since a body may be of any depth. */
function withDoubles(root: unknown): unknown {
  const holder: Record<string, unknown> = { root };
  const waiting: Record<string, unknown>[] = [holder];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const isList = Array.isArray(at);
    for (const key of Object.keys(at)) {
      const value = at[key];
      if (value instanceof ExactNumber) {
        if (isList || !FREE_FIELDS.has(key)) at[key] = Number(value);
      } else if (typeof value === 'object' && value !== null && (isList || !FREE_FIELDS.has(key))) {
        waiting.push(value as Record<string, unknown>);
      }
    }
  }
  return holder.root;
}
