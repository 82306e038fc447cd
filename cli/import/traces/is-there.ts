import { isObject } from '../../../contract/json/parse.ts';
import { flattenMetadata, isWholeKey } from '../../../contract/metadata.ts';
import { canonicalJson } from '../../canonical-json.ts';
import type { Body } from './bodies.ts';

/** Flat and as text, so that all generations of reads look the same, also those that take keys with dots apart. */
function flat(metadata: unknown): Record<string, string> {
  const paths = flattenMetadata(isObject(metadata) ? metadata : { metadata });
  return Object.fromEntries(Object.entries(paths).filter(([path]) => !isWholeKey(path)));
}

const asText = (value: unknown) => (typeof value === 'string' ? value : canonicalJson(value));

/**
 * Whether writing `body` over what is there would change nothing. What `body` does not say stays as it is; tags and metadata are united
 * (contract §2.3).
 * @param part `body` is made of a part of the trace only, which may be later than the whole
 */
export function isThere(body: Body, there: Body | undefined, part = false): boolean {
  if (!there) return false;
  return Object.entries(body).every(([key, value]) => {
    const other = there[key];
    if (key === 'tags') return Array.isArray(other) && (value as string[]).every((tag) => other.includes(tag));
    if (key === 'metadata') {
      const known = flat(other);
      return Object.entries(flat(value)).every(([path, text]) => known[path] === text);
    }
    if (key === 'timestamp' && part) return Date.parse(String(other)) <= Date.parse(String(value));
    if (key === 'input' || key === 'output') return asText(value) === asText(other);
    return canonicalJson(value) === canonicalJson(other);
  });
}
