import { failed } from '../../cli-error.ts';
import type { HttpClient } from '../../client/http.ts';
import { isTooMuch, PAGE_SIZES } from '../pages.ts';
import { PUBLIC } from '../source.ts';
import type { TraceRow } from './source-rows.ts';

/** Where the next page begins: at the time of the last trace, without those of that time that were read. */
export interface TracePosition {
  from: string | undefined;
  /** Ids of traces of the time `from` that were read. */
  seen: string[];
  /** Traces from that time on that were read: more than none where more than fit a page are of one time. */
  skip: number;
}

export const START: TracePosition = { from: undefined, seen: [], skip: 0 };

/**
 * Traces by the old list, oldest first. Pages begin by time and not by number, so that late pages cost no more than early ones and nothing
 * moves when traces come in or go.
 * @throws CliError when the server does not keep the order
 */
export async function* readTracesFrom(
  http: HttpClient,
  range: { since: string | undefined; until: string },
  start: TracePosition,
): AsyncGenerator<{ rows: TraceRow[]; total: number | undefined; next: TracePosition | undefined }> {
  let size = 0;
  for (let position: TracePosition | undefined = start; position !== undefined; ) {
    const at: TracePosition = position;
    const limit = PAGE_SIZES[size]!;
    const page = Math.floor(at.skip / limit) + 1;
    const from: string | undefined = at.from ?? range.since;
    try {
      const { data, meta }: { data: TraceRow[]; meta: { totalItems?: number } } = await http.json({
        path: `${PUBLIC}/traces`,
        query: {
          fields: 'core,io',
          orderBy: 'timestamp.asc',
          fromTimestamp: from,
          toTimestamp: range.until,
          page,
          limit,
        },
      });
      const seen = new Set(at.seen);
      const next: TracePosition | undefined = data.length < limit ? undefined : positionAfter(data, at, page * limit);
      // What is left from here on; callers add what they have.
      yield { rows: data.filter(({ id }) => !seen.has(id)), total: meta.totalItems, next };
      position = next;
    } catch (error) {
      if (!isTooMuch(error) || size === PAGE_SIZES.length - 1) throw error;
      size += 1;
      position = { from: at.from, seen: at.seen, skip: 0 };
    }
  }
}

const ms = (time: string | undefined) => (time === undefined ? Number.NEGATIVE_INFINITY : Date.parse(time));

/**
 * @param rows a full page that was read at `at`
 * @param read rows from that time on, these included
 */
export function positionAfter(rows: readonly TraceRow[], at: TracePosition, read: number): TracePosition {
  const last = rows.at(-1)!.timestamp;
  if (ms(last) < ms(at.from) || ms(last) < ms(rows[0]!.timestamp)) {
    throw failed('The source does not list traces by time, so that they cannot be read page by page.');
  }
  const ofThatTime = rows.filter(({ timestamp }) => ms(timestamp) === ms(last)).map(({ id }) => id);
  if (ms(last) > ms(at.from)) return { from: new Date(ms(last)).toISOString(), seen: ofThatTime, skip: 0 };
  return { from: at.from, seen: [...new Set([...at.seen, ...ofThatTime])], skip: read };
}
