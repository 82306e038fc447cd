const CONTENT = /"(?:content|text|value|question|query|input|prompt|answer|output)"\s*:\s*"((?:\\.|[^"\\])*)/g;

/**
 * A cut input or output as one line of a table. Of JSON (which is mostly cut in the middle and cannot be parsed) the last text is
 * taken: that of the newest message. Everything else stays, with its line breaks and runs of blanks as single blanks.
 */
export function previewText(preview: string | null): string {
  if (!preview) return '';
  const start = preview.trimStart();
  if (start.startsWith('{') || start.startsWith('[')) {
    const texts = [...start.matchAll(CONTENT)].map((match) => unescaped(match[1]!)).filter((text) => text.trim() !== '');
    const last = texts.at(-1);
    if (last !== undefined) return flat(last);
  }
  return flat(start.startsWith('"') ? unescaped(start.replace(/^"|"$/g, '')) : preview);
}

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

function unescaped(text: string): string {
  // A text that was cut in the middle of an escape would not parse.
  const whole = text.replace(/\\(u[0-9a-fA-F]{0,3})?$/, '');
  try {
    return JSON.parse(`"${whole}"`) as string;
  } catch {
    return whole;
  }
}
