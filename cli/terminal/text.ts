import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]+/g;

/** What users and models wrote, on one line and without codes that would steer the terminal. */
export const oneLine = (text: string): string => stripVTControlCharacters(text).replace(CONTROL, ' ').trimEnd();

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The same over several lines. */
export const severalLines = (text: string): string =>
  stripVTControlCharacters(text).replaceAll('\r\n', '\n').replace(STEERING, '');

/** Cuts a text to so many columns of the terminal, with an ellipsis for what is gone. The text must hold no colours. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = stringWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept.trimEnd()}…`;
}

export const widthOf = (text: string): number => stringWidth(text);
