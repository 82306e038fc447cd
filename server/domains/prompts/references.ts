import { canBeName, MAX_VERSION, type PromptContent } from '../../../contract/prompt.ts';
import { isStorable } from '../../../contract/storable.ts';

/** A prompt that another one includes: by a version or by a label. */
export interface Reference {
  name: string;
  version: number | null;
  label: string | null;
}

const TAG = /@@@langfusePrompt:(.*?)@@@/g;

/** A text cut at its tags: literal pieces and references, in order. What looks like a tag but names nothing stays literal. */
export function cutAtTags(text: string): (string | Reference)[] {
  const pieces: (string | Reference)[] = [];
  let from = 0;
  for (const match of text.matchAll(TAG)) {
    const reference = readTag(match[1]!);
    if (!reference) continue;
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push(reference);
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

/** `name=N|version=V` or `name=N|label=L` (contract §5.1). */
function readTag(inner: string): Reference | null {
  const [, name, kind, value] = /^name=([^|]+)\|(version|label)=([^|]+)$/.exec(inner) ?? [];
  if (name === undefined || value === undefined || !canBeName(name)) return null;
  if (kind === 'label') return isStorable(value) ? { name, version: null, label: value } : null;
  const version = Number(value);
  return /^\d+$/.test(value) && version >= 1 && version <= MAX_VERSION ? { name, version, label: null } : null;
}

/** The references of a prompt, each once. */
export function referencesOf(content: PromptContent): Reference[] {
  const found = new Map<string, Reference>();
  for (const text of textsOf(content)) {
    for (const piece of cutAtTags(text)) if (typeof piece !== 'string') found.set(keyOf(piece), piece);
  }
  return [...found.values()];
}

const textsOf = (content: PromptContent): string[] =>
  typeof content === 'string' ? [content] : content.flatMap((item) => ('content' in item ? [item.content] : []));

export const keyOf = ({ name, version, label }: Reference): string => `${version ?? `label ${label}`}|${name}`;

/** `"support/tone" version 3`. */
export const inWords = ({ name, version, label }: Reference): string =>
  `"${name}" ${version === null ? `label "${label}"` : `version ${version}`}`;
