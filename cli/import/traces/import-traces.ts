import { LRUCache } from 'lru-cache';
import { HttpError } from '../../client/http.ts';
import { inParallel } from '../../client/in-parallel.ts';
import type { ImportRun } from '../import-run.ts';
import { pagesFrom } from '../pages.ts';
import { PUBLIC } from '../source.ts';
import { type Body, observationBodyV1, observationBodyV2, traceBody } from './bodies.ts';
import { foldTraces } from './fold-traces.ts';
import { isThere } from './is-there.ts';
import { readObservationsFrom } from './read-observations-v2.ts';
import { readObservationsV1, readObservationsV2, readTraces } from './read-target.ts';
import { readTracesFrom, START, type TracePosition } from './read-traces-v1.ts';
import type { ObservationRowV1 } from './source-rows.ts';
import { type EventType, type Write, writeEvents } from './write-events.ts';

/** Steps that are compared and written at once. */
const TOGETHER = 100;
/** Traces whose steps come in several pages are remembered for so many traces. */
const REMEMBERED = 100_000;

/** Copies traces with their steps: by the old lists where the source has them, else by the steps alone. */
export const importTraces = (run: ImportRun): Promise<void> =>
  run.source.legacyReads ? importByTraces(run) : importBySteps(run);

interface Found {
  body: Body;
  time: string;
}

/** Writes what is not there yet, and copies the files that all of it refers to. */
async function bring(
  run: ImportRun,
  kind: 'traces' | 'observations',
  found: readonly Found[],
  there: (ids: string[]) => Promise<Map<string, Body>>,
  { part = false, counts = () => true }: { part?: boolean; counts?: (id: string) => boolean } = {},
): Promise<void> {
  if (found.length === 0) return;
  if (run.parts.has('traces')) {
    const known = await there(found.map(({ body }) => body.id));
    const isKnown = ({ body }: Found) => isThere(body, known.get(body.id), part);
    const [same, missing] = [found.filter(isKnown), found.filter((each) => !isKnown(each))];
    const type: EventType = kind === 'traces' ? 'trace-create' : 'observation-create';
    const refused = await writeEvents(
      run,
      missing.map(({ body, time }): Write => ({ type, body, time })),
    );
    const refusedIds = new Set(refused.map(({ body }) => body.id));
    run.tally.alreadyThere(kind, same.filter(({ body }) => counts(body.id)).length);
    run.tally.copied(kind, missing.filter(({ body }) => !refusedIds.has(body.id) && counts(body.id)).length);
    for (const { body, reason } of refused) run.tally.failed(kind, body.id, reason);
  }
  await inParallel(found, run.concurrency, async ({ body }) => {
    const { id, traceId } = body;
    const owner = kind === 'traces' ? { traceId: id } : { traceId: String(traceId), observationId: id };
    for (const field of ['input', 'output', 'metadata'] as const) await run.media.copyFrom(body[field], { ...owner, field });
  });
}

/* By the old lists. */

async function importByTraces(run: ImportRun): Promise<void> {
  const { source, target, tally, file, progress, since, until, concurrency } = run;
  const start = (file.state.positions.traces as TracePosition | undefined) ?? START;
  const readHere = (ids: string[]) => readTraces(target, ids);
  let total: number | undefined;
  let done = 0;
  for await (const { rows, total: left, next } of readTracesFrom(source.http, { since, until }, start)) {
    total ??= left;
    const steps = createCollector(run, (some) => readObservationsV1(target, some));
    await inParallel(rows, concurrency, ({ id }) => readSteps(run, id, steps.add));
    await steps.end();
    const found = rows.map((row) => ({ body: traceBody(row), time: row.updatedAt ?? row.timestamp }));
    await bring(run, 'traces', found, readHere);
    done += rows.length;
    progress.at(done, total);
    file.state.positions.traces = next;
    file.state.tally = tally.state;
    file.save();
  }
}

async function readSteps({ source, tally }: ImportRun, traceId: string, add: (found: Found[]) => Promise<void>): Promise<void> {
  try {
    const pages = pagesFrom<ObservationRowV1>(source.http, { path: `${PUBLIC}/observations`, query: { traceId } });
    for await (const { rows } of pages) await add(rows.map((row) => ({ body: observationBodyV1(row), time: timeOf(row) })));
  } catch (error) {
    if (!(error instanceof HttpError) || ![413, 422, 500].includes(error.status)) throw error;
    tally.failed('observations', `those of trace ${traceId}`, error.message);
  }
}

const timeOf = ({ updatedAt, endTime, startTime }: Pick<ObservationRowV1, 'updatedAt' | 'endTime' | 'startTime'>) =>
  updatedAt ?? endTime ?? startTime;

/** Brings steps of several traces together, so that few requests bear many. One batch is written at a time. */
function createCollector(run: ImportRun, readHere: (ids: string[]) => Promise<Map<string, Body>>) {
  let waiting: Found[] = [];
  let writing: Promise<void> = Promise.resolve();
  const flush = () => {
    const batch = waiting;
    waiting = [];
    writing = writing.then(() => bring(run, 'observations', batch, readHere));
    return writing;
  };
  return {
    async add(found: Found[]) {
      waiting.push(...found);
      if (waiting.length >= TOGETHER) await flush();
    },
    end: flush,
  };
}

/* By steps alone. */

async function importBySteps(run: ImportRun): Promise<void> {
  const { source, target, tally, file, progress, since, until } = run;
  const { positions } = file.state;
  const read = (cursor: string | undefined) =>
    readObservationsFrom(source.http, { fromStartTime: since, toStartTime: until }, cursor, (values) => {
      if (values > 0)
        tally.note('values of metadata came cut at 200 characters: the source gives no more of keys with a comma', values);
    });
  // A trace may be met in several pages and is counted in the first one.
  const met = new LRUCache<string, true>({ max: REMEMBERED });
  const counts = (id: string) => !met.has(id) && met.set(id, true).has(id);
  let done = 0;
  for await (const { rows, expanded, next } of read(positions.traces as string | undefined)) {
    const steps = rows.map((row) => ({ body: observationBodyV2(row), time: timeOf(row) }));
    await bring(run, 'observations', steps, (ids) => readObservationsV2(target, ids, expanded));
    const traces = foldTraces(rows).map((body) => ({ body, time: String(body.timestamp) }));
    await bring(run, 'traces', traces, (ids) => readTraces(target, ids), { part: true, counts });
    done += rows.length;
    progress.at(done);
    positions.traces = next;
    file.state.tally = tally.state;
    file.save();
  }
}
