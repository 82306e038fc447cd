import { jsonOf } from '../../contract/json/compact-json.ts';
import { isObject } from '../../contract/json/parse.ts';

/** Nesting beyond this is written as JSON on one line. */
const DEEPEST = 40;

/**
 * A value as plain text that reads well: texts as they are, with their line breaks; fields as `name: value`, one a line, indented;
 * items of lists behind a dash. For reading and copying, not for parsing.
 */
export function plainValue(value: unknown): string {
  const lines: string[] = [];
  write(value, '', '', 0, lines);
  return lines.join('\n');
}

const isNested = (value: unknown): value is object =>
  Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;

function write(value: unknown, lead: string, indent: string, depth: number, lines: string[]): void {
  if (!isNested(value) || depth >= DEEPEST) {
    const text = typeof value === 'string' ? value : jsonOf(value);
    const [first = '', ...rest] = text.split('\n');
    if (rest.length === 0) {
      lines.push(lead + first);
      return;
    }
    // A text of several lines stands below its name, so that it keeps its own shape.
    if (lead.trim() !== '') lines.push(lead.trimEnd());
    const inner = lead.trim() === '' ? indent : `${indent}  `;
    for (const line of [first, ...rest]) lines.push(inner + line);
    return;
  }
  if (lead.trim() !== '' && !lead.endsWith('- ')) lines.push(lead.trimEnd());
  const below = lead.trim() === '' || lead.endsWith('- ') ? indent : `${indent}  `;
  let start = lead.endsWith('- ') ? lead : below;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => ['- ', item])
    : Object.entries(value).map(([key, item]) => [`${key}: `, item]);
  for (const [name, item] of entries) {
    const dash = name === '- ';
    write(item, start + name, dash ? `${below}  ` : below, depth + 1, lines);
    start = below;
  }
}
