/** The fields of a dataset item that may refer to media. */
export const ITEM_FIELDS = ['input', 'expectedOutput', 'metadata'] as const;

export interface FoundReference {
  field: (typeof ITEM_FIELDS)[number];
  /** As it stands there, `@@@langfuseMedia:type=…|id=…|source=…@@@`. */
  referenceString: string;
  /** Of the text that holds it: `$['gallery'][0]`. */
  jsonPath: string;
  mediaId: string;
}

/** Contract §5.5. */
const REFERENCE = /@@@langfuseMedia:type=[^|@]*\|id=([^|@]+)\|source=[^|@]*@@@/g;

/** Where a value stands: its key in its parent. */
interface Place {
  parent: Place | null;
  key: string | number;
}

/** All references to media in the fields of an item, each text's in their order; one that a text repeats counts once there. */
export function referencesIn(item: Readonly<Record<(typeof ITEM_FIELDS)[number], unknown>>): FoundReference[] {
  return ITEM_FIELDS.flatMap((field) => {
    const found: FoundReference[] = [];
    // A stack of our own: JSON may be nested deeper than calls can.
    const waiting: { value: unknown; place: Place | null }[] = [{ value: item[field], place: null }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { value, place } = next;
      if (typeof value === 'string') {
        const here = new Map([...value.matchAll(REFERENCE)].map((match) => [match[0], match[1]!]));
        for (const [referenceString, mediaId] of here) found.push({ field, referenceString, jsonPath: pathOf(place), mediaId });
      } else if (typeof value === 'object' && value !== null) {
        const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
        for (const [key, inner] of entries.reverse()) waiting.push({ value: inner, place: { parent: place, key } });
      }
    }
    return found;
  });
}

/** The normalised path of RFC 9535. */
function pathOf(place: Place | null): string {
  const steps: string[] = [];
  for (let at = place; at; at = at.parent) steps.push(typeof at.key === 'number' ? `[${at.key}]` : `['${escaped(at.key)}']`);
  return `$${steps.reverse().join('')}`;
}

const NAMED: Record<string, string> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

const escaped = (key: string): string =>
  key
    .replace(/[\\']/g, '\\$&')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
    .replace(/[\u0000-\u001f]/g, (c) => NAMED[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
