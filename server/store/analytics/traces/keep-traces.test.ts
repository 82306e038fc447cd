import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock, uniqueMicros } from '../../../lib/clock.ts';
import { createLogger } from '../../../lib/log.ts';
import { openEmbeddedEngine } from '../embedded-engine.ts';
import type { Engine } from '../engine.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { emptyObservation, type Micros, type ObservationRow } from '../rows.ts';
import { openStore } from '../store.ts';
import { foldTrace } from './fold-trace.ts';
import { HOUR, hourOf } from './known-trace.ts';
import { summarise, TRACE_COLUMNS, type TraceRow } from './trace-row.ts';

let engine: Engine;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-traces-'));
  engine = await openEmbeddedEngine(folder, { memoryBytes: 1024 ** 3, readers: 2 });
  await migrate(engine, await readMigrations(), undefined);
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const NOON: Micros = Date.UTC(2026, 2, 1, 12) * 1000;

/** Repeatable numbers in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const TIMES = new Set(['timestamp', 'first_start', 'last_start', 'created_at', 'updated_at']);
const select = TRACE_COLUMNS.map((name) => `${TIMES.has(name) ? `toUnixTimestamp64Micro(${name})` : name} AS c_${name}`).join(
  ', ',
);

/** All summaries of a project, without what tells versions apart. */
async function summaries(project: string): Promise<Map<string, object>> {
  const rows = await engine.select<Record<string, unknown>>(
    `SELECT ${select} FROM traces WHERE project_id = {project:String}`,
    { project },
    {},
  );
  const named = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.slice(2), value])));
  expect(new Set(named.map(({ trace_id }) => trace_id)).size).toBe(named.length);
  return new Map(named.map((row) => [row.trace_id as string, comparable(row as unknown as TraceRow)]));
}

const comparable = ({ row_version: _, rows_version: __, ...row }: TraceRow) => row;

/** What is to be stored: the rows by their key. */
class Model {
  readonly rows = new Map<string, ObservationRow>();
  readonly deleted = new Set<string>();

  put(row: ObservationRow): void {
    for (const [key, other] of this.rows) {
      if (other.trace_id === row.trace_id && other.id === row.id && other.type === row.type) this.rows.delete(key);
    }
    this.rows.set(`${row.trace_id} ${row.id} ${row.type}`, row);
  }

  expected(project: string): Map<string, object> {
    const byTrace = Map.groupBy(this.rows.values(), ({ trace_id }) => trace_id);
    return new Map([...byTrace].map(([id, rows]) => [id, comparable(summarise(project, rows, 0).row)]));
  }

  /** Marks of the steps that repeat others. */
  marks(): Map<string, string> {
    const byTrace = Map.groupBy(this.rows.values(), ({ trace_id }) => trace_id);
    return new Map(
      [...byTrace].flatMap(([trace, rows]) =>
        [...foldTrace(rows)!.repeats].map(
          ([id, { usage, cost, of, reason }]) =>
            [`${trace} ${id}`, `${(usage ? 1 : 0) + (cost ? 2 : 0)} ${of} ${reason}`] as const,
        ),
      ),
    );
  }
}

const marksOf = async (project: string) =>
  new Map(
    (
      await engine.select<{ key: string; mark: string }>(
        `SELECT concat(trace_id, ' ', id) AS key, concat(toString(repeats), ' ', repeat_of, ' ', repeat_reason) AS mark
FROM observations WHERE project_id = {project:String} AND repeats > 0`,
        { project },
        {},
      )
    ).map(({ key, mark }) => [key, mark]),
  );

describe.each(['alone', 'alone, with a journal', 'with others'])('a store %s', (kind) => {
  it.each([1, 2, 3, 4])('summaries and marks are those of the rows, whatever comes in whatever order (%d)', async (seed) => {
    const alone = kind !== 'with others';
    const project = `random-${kind}-${seed}`;
    // What is acknowledged stays in the journal until it is asked for, or until the next process finds it there.
    const behind =
      kind === 'alone, with a journal'
        ? { folder: join(folder, project), log: createLogger('silent'), gatherMs: 3_600_000 }
        : undefined;
    const random = randomFrom(seed * 7919 + 1);
    const int = (n: number) => Math.floor(random() * n);
    const pick = <T>(values: readonly T[]): T => values[int(values.length)]!;
    const model = new Model();
    // The processes before are gone: nothing of them folds anew between.
    const open = () => openStore(engine, { clock: systemClock, alone, settleMs: 3_600_000, ...(behind && { behind }) });
    let store = await open();

    const step = (trace: string, version: number): ObservationRow => {
      const n = int(5);
      const said = random() < 0.15;
      const tokens = pick([0, 10, 10, 30]);
      return {
        ...emptyObservation(project, trace, said ? trace : `s${n}`),
        type: said ? 'TRACE' : pick(['SPAN', 'AGENT', 'GENERATION', 'TOOL']),
        parent_id: said ? '' : pick(['', '', 's0', 's1', `s${n}`, 'never']),
        name: pick(['', 'a', 'b']),
        start_time: NOON + int(4) * HOUR + int(3) * 1e6,
        end_time: pick([null, NOON + 6 * HOUR]),
        level: pick(['DEFAULT', 'ERROR']),
        environment: pick(['default', 'prod', 'stage']),
        model: pick(['', 'gpt-4o']),
        response_id: pick(['', '', 'r1']),
        input_tokens: tokens,
        total_tokens: tokens,
        total_cost: pick([null, tokens / 1024]),
        cost_details: { input: tokens / 1024 },
        user_id: pick(['', 'u', 'v']),
        session_id: pick(['', '', 'x']),
        tags: pick([[], ['t'], ['ü', 't']]),
        input: pick(['', 'question', 'é'.repeat(300)]),
        output: pick(['', 'answer']),
        metadata: pick<Record<string, string>>([{}, { 'attributes.k': String(n), own: 'x' }]),
        trace_metadata: pick<Record<string, string>>([{}, {}, { tier: pick(['gold', 'free']) }]),
        is_app_root: random() < 0.05,
        via: pick(['otlp-http', 'langfuse-batch']),
        created_at: NOON + int(1e6),
        updated_at: NOON + int(1e6),
        row_version: version,
      };
    };
    const tombstone = (row: ObservationRow, version: number): ObservationRow => ({
      ...emptyObservation(project, row.trace_id, row.id),
      type: row.type,
      start_time: hourOf(row.start_time),
      row_version: version,
      is_deleted: 1,
    });

    for (let round = 0; round < 40; round++) {
      const chance = random();
      if (chance < 0.75) {
        const version = uniqueMicros();
        const rows: ObservationRow[] = [];
        for (let i = 0; i <= int(5); i++) {
          const row = step(`t${int(4)}`, version);
          if (model.deleted.has(row.trace_id)) continue;
          if (rows.some((other) => other.trace_id === row.trace_id && other.id === row.id && other.type === row.type)) continue;
          const old = [...model.rows.values()].find(
            (other) =>
              other.trace_id === row.trace_id && other.id === row.id && (other.type === 'TRACE') === (row.type === 'TRACE'),
          );
          if (old) {
            model.rows.delete(`${old.trace_id} ${old.id} ${old.type}`);
            if (hourOf(old.start_time) !== hourOf(row.start_time)) rows.push(tombstone(old, version));
          }
          rows.push(row);
          model.put(row);
        }
        await store.insert({ observations: rows });
        // Sent again, as a retry does: nothing changes.
        if (random() < 0.2) await store.insert({ observations: rows });
      } else if (chance < 0.85) {
        // Another process takes over, which remembers nothing.
        store = await open();
      } else if (chance < 0.93) {
        const trace = `t${int(4)}`;
        if (![...model.rows.values()].some(({ trace_id }) => trace_id === trace)) continue;
        await store.deleteTraces(project, [trace]);
        for (const [key, row] of model.rows) if (row.trace_id === trace) model.rows.delete(key);
        model.deleted.add(trace);
      } else {
        const gone = [...model.rows.values()][0];
        if (!gone) continue;
        await store.insert({ observations: [tombstone(gone, uniqueMicros())] });
        for (const [key, row] of model.rows) if (row === gone) model.rows.delete(key);
      }
      // A question brings what waits in the journal into the engine: it is left there for some rounds.
      if (behind && random() < 0.5) continue;
      await store.query('SELECT 1 AS one FROM traces LIMIT 1', { projectId: project });
      expect(await summaries(project), `after round ${round}`).toEqual(model.expected(project));
      expect(await marksOf(project), `after round ${round}`).toEqual(model.marks());
    }
    await store.deleteProject(project);
    expect(await summaries(project)).toEqual(new Map());
  });
});

describe('a deleted trace', () => {
  const row = (project: string, id: string, more: Partial<ObservationRow> = {}): ObservationRow => ({
    ...emptyObservation(project, 't', id),
    parent_id: id === 'root' ? '' : 'root',
    start_time: NOON,
    via: 'otlp-http',
    row_version: uniqueMicros(),
    ...more,
  });
  const stored = async (project: string) =>
    (
      await engine.select<{ id: string }>(
        'SELECT id FROM observations WHERE project_id = {project:String} ORDER BY id',
        { project },
        {},
      )
    ).map(({ id }) => id);

  it.each([true, false])(
    'stays deleted when late steps come, and is there again when it is sent anew (alone: %s)',
    async (alone) => {
      const project = `deleted-${alone}`;
      const store = await openStore({ ...engine, close: async () => {} }, { clock: systemClock, alone });
      await store.insert({ observations: [row(project, 'root'), row(project, 'a')] });
      await store.deleteTraces(project, ['t']);
      await store.insert({ observations: [row(project, 'late')] });
      await store.insert({ observations: [row(project, 'root of another step', { parent_id: '' }), row(project, 'later')] });
      const update = row(project, 'a', { parent_id: '', via: 'langfuse-batch' });
      await store.insert({ observations: [update] });
      expect([await stored(project), (await summaries(project)).size]).toEqual([[], 0]);
      await store.insert({ observations: [row(project, 'root'), row(project, 'a')] });
      await store.insert({ observations: [row(project, 'more')] });
      expect(await stored(project)).toEqual(['a', 'more', 'root']);
      expect((await summaries(project)).get('t')).toMatchObject({ observation_count: 3, root_id: 'root' });
      await store.close();
    },
  );

  it('by retention is what is left of it', async () => {
    const store = await openStore(engine);
    const later = NOON + 48 * HOUR;
    const rows = [row('aged', 'root', { user_id: 'u' }), row('aged', 'kept', { start_time: later, name: 'kept' })];
    await store.insert({ observations: [...rows, row('aged', 'alone', { trace_id: 'old' })] });
    await store.deleteBefore('aged', later);
    expect([...(await summaries('aged')).keys()]).toEqual(['t']);
    expect((await summaries('aged')).get('t')).toMatchObject({
      timestamp: later,
      name: 'kept',
      user_id: '',
      observation_count: 1,
    });
  });
});

describe('two processes on one store', () => {
  it('bring steps of one trace at the same moment: its summary has all of them', async () => {
    const shared: Engine = { ...engine, close: async () => {} };
    const stores = await Promise.all([0, 1, 2].map(() => openStore(shared, { alone: false })));
    const step = (trace: string, i: number, change: Partial<ObservationRow> = {}): ObservationRow => ({
      ...{
        ...emptyObservation('shared', trace, `step${i}`),
        type: 'SPAN' as const,
        via: 'otlp-http' as const,
        parent_id: i === 0 ? '' : 'step0',
      },
      ...{ start_time: NOON + i * HOUR, end_time: NOON + i * HOUR + 1e6, row_version: uniqueMicros(), ...change },
    });
    const traces = Array.from({ length: 20 }, (_, n) => `t${n}`);
    for (const trace of traces) await Promise.all(stores.map((store, i) => store.insert({ observations: [step(trace, i)] })));
    const counted = () =>
      engine.select<{ id: string; steps: number }>(
        "SELECT trace_id AS id, observation_count AS steps FROM traces WHERE project_id = 'shared'",
        {},
        {},
      );
    const byId = (rows: { id: string }[]) => rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    const whole = byId(traces.map((id) => ({ id, steps: 3 })));
    await vi.waitFor(async () => expect(byId(await counted())).toEqual(whole), { timeout: 20_000, interval: 200 });
    // What was deleted is deleted for all, also when it is folded again.
    await stores[0]!.deleteTraces('shared', ['t0']);
    await stores[1]!.insert({ observations: [step('t0', 1)] });
    for (const store of stores) await store.close();
    expect(byId(await counted())).toEqual(whole.filter(({ id }) => id !== 't0'));
  });

  it('a trace that one deletes while the other folds it stays deleted', async () => {
    const row: ObservationRow = {
      ...{ ...emptyObservation('raced', 't', 'root'), type: 'SPAN', via: 'otlp-http', start_time: NOON },
      row_version: uniqueMicros(),
    };
    const read = Promise.withResolvers<void>();
    const deleted = Promise.withResolvers<void>();
    let isFolding = false;
    const folding = await openStore(
      {
        ...engine,
        close: async () => {},
        async select<Row>(...question: Parameters<Engine['select']>): Promise<Row[]> {
          const rows = await engine.select<Row>(...question);
          if (isFolding && question[0].includes('FROM observations')) {
            read.resolve();
            await deleted.promise;
          }
          return rows;
        },
      },
      { alone: false, settleMs: 3_600_000 },
    );
    const deleting = await openStore(
      {
        ...engine,
        close: async () => {},
        async select<Row>(...question: Parameters<Engine['select']>): Promise<Row[]> {
          if (isFolding) await read.promise;
          return engine.select<Row>(...question);
        },
      },
      { alone: false, settleMs: 3_600_000 },
    );
    await folding.insert({ observations: [row] });
    isFolding = true;
    const deletion = deleting.deleteTraces('raced', ['t']);
    const fold = folding.close();
    await deletion;
    deleted.resolve();
    await fold;
    expect(await summaries('raced')).toEqual(new Map());
    await deleting.close();
  });
});
