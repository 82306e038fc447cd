import { expect, it } from 'vitest';
import { type HttpClient, HttpError, type Request } from '../../client/http.ts';
import type { ImportRun } from '../import-run.ts';
import { type Write, writeEvents } from './write-events.ts';

interface Sent {
  batch: { id: string; body: { id: string } }[];
}

const targetOf = (answer: (sent: Sent) => unknown): Pick<ImportRun, 'target'> => {
  const http: HttpClient = {
    host: 'http://target',
    json: async <T>(request: Request) => answer(request.body as Sent) as T,
    stream: async () => new Response(),
  };
  return { target: { http, projectId: async () => 'p' } };
};
const write = (id: string, more: object = {}): Write => ({
  type: 'trace-create',
  time: '2026-01-01T00:00:00.000Z',
  body: { id, ...more },
});

it('keeps batches below what servers take, and gives the same thing the same event id', async () => {
  const sizes: number[] = [];
  const ids: string[] = [];
  const run = targetOf((sent) => {
    sizes.push(Buffer.byteLength(JSON.stringify(sent)));
    ids.push(...sent.batch.map(({ id }) => id));
    return { successes: [], errors: [] };
  });
  const writes = Array.from({ length: 9 }, (_, i) => write(`t${i}`, { input: 'ü'.repeat(450_000) }));
  expect(await writeEvents(run, writes)).toEqual([]);
  expect(sizes.length).toBeGreaterThan(2);
  expect(Math.max(...sizes)).toBeLessThan(4_500_000);
  expect(new Set(ids).size).toBe(9);
  const first = [...ids];
  ids.length = 0;
  await writeEvents(run, writes);
  expect(ids).toEqual(first);
});

it('names what is refused, and finds what is too large by halving', async () => {
  const run = targetOf(({ batch }) => {
    if (batch.some(({ body }) => body.id === 'huge')) throw new HttpError(413, 'too_large', 'too large');
    return {
      successes: [],
      errors: batch
        .filter(({ body }) => body.id === 'bad')
        .map(({ id }) => ({ id, status: 400, message: 'Invalid request data', error: 'name: is wrong' })),
    };
  });
  const refused = await writeEvents(
    run,
    ['a', 'huge', 'b', 'bad', 'c'].map((id) => write(id)),
  );
  expect(refused.map(({ body, reason }) => [body.id, reason])).toEqual([
    ['huge', 'too large'],
    ['bad', 'name: is wrong'],
  ]);
});
