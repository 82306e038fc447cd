import { describe, expect, it } from 'vitest';
import { type HttpClient, HttpError, type Request } from '../../client/http.ts';
import { readObservationsFrom } from './read-observations-v2.ts';
import { positionAfter, readTracesFrom, START } from './read-traces-v1.ts';
import type { TraceRow } from './source-rows.ts';

const clientOf = (answer: (request: Request) => unknown): HttpClient => ({
  host: 'http://source',
  json: async <T>(request: Request) => answer(request) as T,
  stream: async () => new Response(),
});
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

describe('traces by time', () => {
  const all: TraceRow[] = Array.from({ length: 230 }, (_, i) => ({ id: `t${i}`, timestamp: at(i < 40 ? i : i < 170 ? 40 : i) }));
  const server = (most = 100) =>
    clientOf(({ query }) => {
      const { fromTimestamp: from = '', page, limit } = query as { fromTimestamp?: string; page: number; limit: number };
      if (limit > most) throw new HttpError(422, 'too_much', 'too much');
      const left = all.filter(({ timestamp }) => timestamp >= from);
      return { data: left.slice((page - 1) * limit, page * limit), meta: { totalItems: left.length } };
    });

  it.each([100, 20])(
    'reads each once, also more of one time than fit a page, with a server that gives %i at most',
    async (most) => {
      const ids: string[] = [];
      for await (const { rows } of readTracesFrom(server(most), { since: undefined, until: at(9999) }, START))
        ids.push(...rows.map(({ id }) => id));
      expect(ids).toEqual(all.map(({ id }) => id));
    },
  );

  it('goes on from every position', async () => {
    const ids: string[] = [];
    let position: typeof START | undefined = START;
    while (position) {
      const step = await readTracesFrom(server(), { since: undefined, until: at(9999) }, position).next();
      if (step.done) break;
      ids.push(...step.value.rows.map(({ id }) => id));
      position = step.value.next && (JSON.parse(JSON.stringify(step.value.next)) as typeof START);
    }
    expect(ids).toEqual(all.map(({ id }) => id));
  });

  it('does not go round with a server that keeps no order', () => {
    expect(() =>
      positionAfter(
        [
          { id: 'b', timestamp: at(2) },
          { id: 'a', timestamp: at(1) },
        ],
        START,
        2,
      ),
    ).toThrow('by time');
  });
});

describe('steps of the second version', () => {
  it('asks once more for values of metadata that were cut, and tells those that it cannot name', async () => {
    const long = 'x'.repeat(500);
    const asked: (string | undefined)[] = [];
    const http = clientOf(({ query }) => {
      const { expandMetadata, cursor } = query as { expandMetadata?: string; cursor?: string };
      asked.push(expandMetadata);
      const keys = expandMetadata?.split(',') ?? [];
      const shown = (key: string) => (keys.includes(key) ? long : long.slice(0, 200));
      const metadata = { short: 'y', 'long.one': shown('long.one'), 'with,comma': shown('with,comma') };
      return { data: [{ id: cursor ?? 'first', metadata }], meta: { cursor: cursor ? null : 'second' } };
    });
    const rows: Record<string, unknown>[] = [];
    let cut = 0;
    const pages = readObservationsFrom(http, { fromStartTime: undefined, toStartTime: at(0) }, undefined, (values) => {
      cut += values;
    });
    for await (const page of pages) rows.push(...page.rows.map((row) => row.metadata as Record<string, unknown>));
    expect(rows.map((metadata) => metadata['long.one'])).toEqual([long, long]);
    expect(cut).toBe(2);
    // What was long once is asked for with the page from then on.
    expect(asked).toEqual([undefined, 'long.one', 'long.one']);
  });
});
