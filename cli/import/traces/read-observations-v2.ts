import type { HttpClient } from '../../client/http.ts';
import { isTooMuch } from '../pages.ts';
import { PUBLIC } from '../source.ts';
import type { ObservationRowV2 } from './source-rows.ts';

/** All that the second version tells (contract §1.3). */
export const FIELDS_V2 = 'core,basic,time,io,metadata,model,usage,prompt,trace_context';

const SIZES = [100, 20, 5, 1] as const;
/** Values of metadata are cut at 200; what comes near may have been. */
const PERHAPS_CUT = 190;
/** Characters of keys in one address. */
const MOST_CHARACTERS = 3000;

/** A page of steps, newest first. */
export interface PageV2 {
  rows: ObservationRowV2[];
  /** Keys of metadata that were asked for whole. */
  expanded: string[];
  /** Where the next page begins; undefined after the last one. */
  next: string | undefined;
}

interface Answer {
  data: ObservationRowV2[];
  meta: { cursor?: string | null };
}

/**
 * Steps by the second version of observations, from a cursor on. Long values of metadata are asked for once more, whole.
 * @param onCut called with how many values stay cut, because their key cannot be named in a list
 */
export async function* readObservationsFrom(
  http: HttpClient,
  range: { fromStartTime: string | undefined; toStartTime: string },
  start: string | undefined,
  onCut: (values: number) => void,
): AsyncGenerator<PageV2> {
  const known = new Set<string>();
  let size = 0;
  let cursor = start;
  do {
    const query = { ...range, cursor, limit: SIZES[size]! };
    const ask = (fields: string, keys: readonly string[]) =>
      http.json<Answer>({
        path: `${PUBLIC}/v2/observations`,
        query: { ...query, fields, expandMetadata: keys.length > 0 ? keys.join(',') : undefined },
      });
    try {
      const expanded = [...known];
      const { data, meta } = await ask(FIELDS_V2, expanded);
      const cut = cutKeys(data, known);
      onCut(cut.unnameable);
      for (const keys of inAddresses(cut.keys)) {
        const whole = await ask('core,metadata', keys);
        putMetadata(data, whole.data, keys);
      }
      expanded.push(...cut.keys);
      for (const key of cut.keys) if ([...known].join().length + key.length < MOST_CHARACTERS) known.add(key);
      cursor = meta.cursor ?? undefined;
      if (data.length > 0 || cursor === undefined) yield { rows: data, expanded, next: cursor };
    } catch (error) {
      if (!isTooMuch(error) || size === SIZES.length - 1) throw error;
      size += 1;
    }
  } while (cursor !== undefined);
}

/** Keys of values that may have been cut. */
function cutKeys(rows: readonly ObservationRowV2[], known: ReadonlySet<string>): { keys: string[]; unnameable: number } {
  const keys = new Set<string>();
  let unnameable = 0;
  for (const { metadata } of rows) {
    if (metadata === null || typeof metadata !== 'object') continue;
    for (const [key, value] of Object.entries(metadata)) {
      if (typeof value !== 'string' || value.length < PERHAPS_CUT || known.has(key)) continue;
      if (key.includes(',') || key.length > MOST_CHARACTERS) unnameable += 1;
      else keys.add(key);
    }
  }
  return { keys: [...keys], unnameable };
}

function* inAddresses(keys: readonly string[]): Generator<string[]> {
  let some: string[] = [];
  for (const key of keys) {
    if (some.length > 0 && some.join().length + key.length > MOST_CHARACTERS) {
      yield some;
      some = [];
    }
    some.push(key);
  }
  if (some.length > 0) yield some;
}

function putMetadata(rows: readonly ObservationRowV2[], whole: readonly ObservationRowV2[], keys: readonly string[]) {
  const byId = new Map(whole.map(({ id, metadata }) => [id, metadata as Record<string, unknown> | null | undefined]));
  for (const row of rows) {
    const found = byId.get(row.id);
    if (!found || !row.metadata) continue;
    const metadata = row.metadata as Record<string, unknown>;
    for (const key of keys) if (Object.hasOwn(metadata, key) && Object.hasOwn(found, key)) metadata[key] = found[key];
  }
}
