import { createTwoFilesPatch } from 'diff';
import type { Style } from './style.ts';
import { severalLines } from './text.ts';

/** What differs between two texts, as `diff -u` shows it. Empty when nothing does. */
export function unifiedDiff(before: { title: string; text: string }, after: { title: string; text: string }): string {
  if (before.text === after.text) return '';
  const patch = createTwoFilesPatch(before.title, after.title, before.text, after.text, '', '', { context: 3 });
  return patch.replace(/^=+\n/, '');
}

export const paintDiff = (diff: string, style: Style): string =>
  severalLines(diff)
    .trimEnd()
    .split('\n')
    .map((line) => {
      if (line.startsWith('+++') || line.startsWith('---')) return style.bold(line);
      if (line.startsWith('@@ -')) return style.cyan(line);
      if (line.startsWith('+')) return style.green(line);
      if (line.startsWith('-')) return style.red(line);
      return line;
    })
    .join('\n');
