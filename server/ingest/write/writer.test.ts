import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { unavailable } from '../../lib/errors.ts';
import { createLogger } from '../../lib/log.ts';
import { openAnalytics } from '../../store/analytics/open-analytics.ts';
import type { AnalyticsStore, InsertRows } from '../../store/analytics/port.ts';
import { type EventRow, emptyObservation, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';
import { foldObservation, foldScore, foldTrace } from './fold.ts';
import { NOON, pick, randomEvents, seededRandom, shuffle } from './random-events.ts';
import { createWriter, type WriterOptions } from './writer.ts';

const log = createLogger('silent');
const MEGABYTE = 1024 * 1024;

let folder: string;
let store: AnalyticsStore;
let project = '';
let projects = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-writer-'));
  store = await openAnalytics({ dataDir: folder, log });
});
beforeEach(() => {
  project = `project-${projects++}`;
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const writerOn = (over: Partial<WriterOptions> = {}) =>
  createWriter({
    store,
    priceRows: () => {},
    clock: systemClock,
    maxBytes: MEGABYTE,
    log,
    onStored: () => {},
    gatherMs: 5,
    ...over,
  });

const row = (id: string, more: Partial<ObservationRow> = {}): ObservationRow => ({
  ...emptyObservation(project, 't', id),
  start_time: NOON,
  ...more,
});

const storedIds = async () =>
  (
    await store.query<{ id: string }>('SELECT id FROM observations WHERE project_id = {project:String} ORDER BY id', { project })
  ).map(({ id }) => id);

/** The real store, with a hand on its inserts. */
function controlled(insert: (rows: InsertRows, real: () => Promise<void>) => Promise<void>): AnalyticsStore {
  return { ...store, insert: (rows) => insert(rows, () => store.insert(rows)) };
}

describe('whole rows', () => {
  it('can be queried when the promise resolves', async () => {
    const announced: unknown[] = [];
    const writer = writerOn({ onStored: (...of) => announced.push(of) });
    await writer.write({ rows: [row('a'), row('b', { trace_id: 't2' })], events: [] }, 10);
    expect(await storedIds()).toEqual(['a', 'b']);
    expect(announced).toEqual([[project, ['t', 't2']]]);
    expect(writer.buffer()).toEqual({ bytes: 0, limit: MEGABYTE });
  });

  it('sent again are one, the newer wins', async () => {
    const writer = writerOn();
    await writer.write({ rows: [row('a', { name: 'old' })], events: [] }, 10);
    await writer.write({ rows: [row('a', { name: 'new' })], events: [] }, 10);
    expect(await store.query('SELECT name FROM observations WHERE project_id = {project:String}', { project })).toEqual([
      { name: 'new' },
    ]);
  });

  it('of concurrent requests go in few inserts', async () => {
    let inserts = 0;
    const writer = writerOn({
      store: controlled((_, real) => {
        inserts++;
        return real();
      }),
    });
    await Promise.all(Array.from({ length: 200 }, (_, i) => writer.write({ rows: [row(`r${i}`)], events: [] }, 100)));
    expect(await storedIds()).toHaveLength(200);
    expect(inserts).toBeLessThanOrEqual(4);
  });

  it('with impossible numbers are stored with possible ones', async () => {
    const writer = writerOn();
    const odd = row('odd', {
      start_time: Number.NaN,
      end_time: 2 ** 62,
      prompt_version: 1.5,
      usage_details: { input: Number.NaN, output: 2 },
      total_cost: Number.POSITIVE_INFINITY,
    });
    await writer.write({ rows: [odd, row('past', { start_time: -5 })], events: [] }, 10);
    expect(await storedIds()).toEqual(['odd', 'past']);
    const [stored] = await store.query(
      `SELECT toUnixTimestamp64Micro(t.start_time) AS start_time, toUnixTimestamp64Micro(t.end_time) AS end_time, prompt_version, usage_details, total_cost
       FROM observations AS t WHERE project_id = {project:String} AND id = 'odd'`,
      { project },
    );
    expect(stored).toEqual({
      start_time: 0,
      end_time: Date.UTC(2100, 0, 1) * 1000,
      prompt_version: null,
      usage_details: { output: 2 },
      total_cost: null,
    });
  });

  it('that the engine does not take cost only their own request', async () => {
    const writer = writerOn();
    const poison = { ...row('poison'), level: 'NOPE' } as unknown as ObservationRow;
    const results = await Promise.allSettled([
      writer.write({ rows: [row('a')], events: [] }, 10),
      writer.write({ rows: [poison], events: [] }, 10),
      writer.write({ rows: [row('b')], events: [] }, 10),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await storedIds()).toEqual(['a', 'b']);
    expect(writer.buffer().bytes).toBe(0);
  });
});

describe('the buffer', () => {
  it('is bounded in bytes, refuses with a time to retry, and takes again when there is room', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const writer = writerOn({ maxBytes: 1000, store: controlled((_, real) => held.then(real)) });
    const first = writer.write({ rows: [row('a')], events: [] }, 600);
    await expect(writer.write({ rows: [row('b')], events: [] }, 600)).rejects.toMatchObject({ status: 503, retryAfter: 1 });
    const small = writer.write({ rows: [row('c')], events: [] }, 400);
    expect(writer.buffer()).toEqual({ bytes: 1000, limit: 1000 });
    release();
    await Promise.all([first, small]);
    await writer.write({ rows: [row('b')], events: [] }, 600);
    expect(await storedIds()).toEqual(['a', 'b', 'c']);
  });

  it('takes a request that is larger than it when it is empty', async () => {
    const writer = writerOn({ maxBytes: 1000 });
    await writer.write({ rows: [row('large')], events: [] }, 5000);
    expect(await storedIds()).toEqual(['large']);
  });

  it('gives a full disk back as 503 to all who waited, and recovers', async () => {
    let full = true;
    const writer = writerOn({
      store: controlled((_, real) => (full ? Promise.reject(unavailable('no room left on its disk', 10)) : real())),
    });
    const attempts = await Promise.allSettled(['a', 'b'].map((id) => writer.write({ rows: [row(id)], events: [] }, 10)));
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({
        status: 'rejected',
        reason: { status: 503, retryAfter: 10, message: expect.stringContaining('no room') },
      });
    }
    expect(writer.buffer().bytes).toBe(0);
    full = false;
    await writer.write({ rows: [row('a')], events: [] }, 10);
    expect(await storedIds()).toEqual(['a']);
  });

  it('is written out by drain, and takes nothing after', async () => {
    const writer = writerOn({ gatherMs: 60_000 });
    const waiting = Promise.all([
      writer.write({ rows: [row('a')], events: [] }, 10),
      writer.write({ rows: [row('b')], events: [] }, 10),
    ]);
    await writer.drain();
    expect(await storedIds()).toEqual(['a', 'b']);
    await waiting;
    await expect(writer.write({ rows: [row('c')], events: [] }, 10)).rejects.toMatchObject({ status: 503 });
    await writer.drain();
  });

  it('survives a listener that throws', async () => {
    const writer = writerOn({
      onStored: () => {
        throw new Error('listener');
      },
    });
    await writer.write({ rows: [row('a')], events: [] }, 10);
    expect(await storedIds()).toEqual(['a']);
  });
});

/** Stored rows in the form of the fold, without version and deletion mark. */
async function storedRows<Row>(
  table: 'observations' | 'scores',
  times: string[],
): Promise<Omit<Row, 'row_version' | 'is_deleted'>[]> {
  const micros = times.map((time) => `toUnixTimestamp64Micro(t.${time}) AS ${time}`).join(', ');
  return store.query(
    `SELECT t.* EXCEPT (${times.join(', ')}, row_version, is_deleted), ${micros} FROM ${table} AS t
     WHERE t.project_id = {project:String} ORDER BY t.id, t.type = 'TRACE'`.replace(
      table === 'scores' ? ", t.type = 'TRACE'" : '-',
      '',
    ),
    { project },
  );
}
const observationTimes = [
  'start_time',
  'end_time',
  'completion_start_time',
  'experiment_item_version',
  'created_at',
  'updated_at',
];

const withoutVersion = <Row extends { row_version: number; is_deleted: number }>({
  row_version: _v,
  is_deleted: _d,
  ...rest
}: Row) => rest;

describe('events', () => {
  it('have the tool calls of their output in columns', async () => {
    const call = { id: 'call-1', type: 'function', function: { name: 'lookup', arguments: '{"order":4711}' } };
    const event: EventRow = {
      project_id: project,
      entity: 'observation',
      entity_id: 'g',
      event_id: 'e',
      event_time: NOON,
      event_type: 'generation-create',
      body: JSON.stringify({ id: 'g', traceId: 't', output: { role: 'assistant', content: null, tool_calls: [call] } }),
      api_key: 'pk',
      sdk_name: '',
      sdk_version: '',
      received_at: NOON,
    };
    await writerOn().write({ rows: [], events: [event] }, 10);
    const sql = 'SELECT tool_call_names, tool_calls FROM observations WHERE project_id = {project:String}';
    const [stored] = await store.query<{ tool_call_names: string[]; tool_calls: string[] }>(sql, { project });
    expect(stored?.tool_call_names).toEqual(['lookup']);
    expect(JSON.parse(stored!.tool_calls[0]!)).toMatchObject({ id: 'call-1', name: 'lookup' });
  });

  it.each([1, 2, 3])(
    'in any order, in any requests, again and again, give the rows that the whole log gives (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const entities = (['trace', 'observation', 'score'] as const).flatMap((entity) =>
        Array.from({ length: 6 }, (_, i) => randomEvents(random, project, entity, entity === 'score' ? `s${i}` : `x${i}`)),
      );
      const all = entities.flat();
      const sent = shuffle(random, [...all, ...all.filter(() => random() < 0.3)]);
      // Two writers stand for two servers on one store.
      const writers = [writerOn(), writerOn()];
      while (sent.length > 0) {
        const requests = Array.from({ length: 1 + Math.floor(random() * 4) }, () => sent.splice(0, 1 + Math.floor(random() * 4)));
        await Promise.all(requests.map((events) => pick(random, writers).write({ rows: [], events }, 100)));
      }
      const folded = entities.flatMap((events) => (events[0]!.entity === 'score' ? [] : [events]));
      const want = folded.map((events) =>
        withoutVersion((events[0]!.entity === 'trace' ? foldTrace(events) : foldObservation(events))!),
      );
      want.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : Number(a.type === 'TRACE') - Number(b.type === 'TRACE')));
      expect(await storedRows<ObservationRow>('observations', observationTimes)).toEqual(want);
      const scores = entities
        .filter((events) => events[0]!.entity === 'score')
        .map((events) => withoutVersion(foldScore(events)!));
      expect(await storedRows<ScoreRow>('scores', ['timestamp', 'created_at', 'updated_at'])).toEqual(scores);
    },
  );

  const create: Omit<EventRow, 'project_id'> = {
    entity: 'observation',
    entity_id: 'o',
    event_id: 'create',
    event_time: NOON,
    event_type: 'generation-create',
    body: JSON.stringify({ id: 'o', traceId: 't', name: 'n', startTime: new Date(NOON / 1000).toISOString() }),
    api_key: 'pk',
    sdk_name: '',
    sdk_version: '',
    received_at: NOON,
  };
  const update = {
    ...create,
    event_id: 'update',
    event_type: 'generation-update',
    event_time: NOON + 1_000_000,
    body: JSON.stringify({ id: 'o', output: 'x', usageDetails: { input: 2 } }),
  };

  it('make rows that are priced', async () => {
    const writer = writerOn({
      priceRows: (rows) => {
        for (const one of rows) one.total_cost = (one.usage_details.input ?? 0) * 3;
      },
    });
    await writer.write({ rows: [], events: [{ project_id: project, ...create }] }, 10);
    await writer.write({ rows: [], events: [{ project_id: project, ...update }] }, 10);
    expect(
      await store.query('SELECT name, output, total_cost FROM observations WHERE project_id = {project:String}', { project }),
    ).toEqual([{ name: 'n', output: 'x', total_cost: 6 }]);
  });

  it('that came hours before their beginning leave one row in one trace', async () => {
    const announced: string[] = [];
    const writer = writerOn({ onStored: (_, traces) => announced.push(...traces) });
    const early = { ...update, event_time: NOON + 3 * 3_600_000_000 };
    await writer.write({ rows: [], events: [{ project_id: project, ...early }] }, 10);
    await writer.write({ rows: [], events: [{ project_id: project, ...create }] }, 10);
    expect(
      await store.query(
        'SELECT trace_id, name, output, toUnixTimestamp64Micro(start_time) AS at FROM observations WHERE project_id = {project:String}',
        {
          project,
        },
      ),
    ).toEqual([{ trace_id: 't', name: 'n', output: 'x', at: NOON }]);
    expect(announced).toContain('t');
  });

  it('complete what a crash left half done', async () => {
    // The log was written, the row was not.
    await store.insert({ events: [{ project_id: project, ...create }] });
    await writerOn().write({ rows: [], events: [{ project_id: project, ...update }] }, 10);
    expect(await store.query('SELECT name, output FROM observations WHERE project_id = {project:String}', { project })).toEqual([
      { name: 'n', output: 'x' },
    ]);
  });

  it('of one request fail together with it when pricing fails, the others are stored', async () => {
    const writer = writerOn({
      priceRows: (rows) => {
        if (rows.some((one) => one.id === 'bad')) throw new Error('no price');
      },
    });
    const results = await Promise.allSettled([
      writer.write({ rows: [], events: [{ project_id: project, ...create }] }, 10),
      writer.write({ rows: [], events: [{ project_id: project, ...create, entity_id: 'bad' }] }, 10),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await storedIds()).toEqual(['o']);
  });
});

describe('a client that went', () => {
  it('takes its batch along while it waits, and not when its group was begun', async () => {
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = controlled(async (_rows, real) => {
      await held;
      await real();
    });
    const writer = writerOn({ store: slow, gatherMs: 1 });
    const clients = [new AbortController(), new AbortController(), new AbortController()];
    const write = (id: string, client: number) => writer.write({ rows: [row(id)], events: [] }, 10, clients[client]!.signal);
    const begun = write('begun', 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const waiting = write('waiting', 1);
    const stays = write('stays', 2);
    for (const client of clients.slice(0, 2)) client.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(write('late', 1)).rejects.toThrow('gone');
    finish();
    await Promise.all([begun, stays]);
    expect(await storedIds()).toEqual(['begun', 'stays']);
    expect(writer.buffer().bytes).toBe(0);
    await writer.drain();
  });
});
