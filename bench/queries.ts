/**
 * How long the door out takes on many observations, beside the engine alone. `node bench/queries.ts [observations]` prints each question;
 * `measureQueries` is for a bench that brings its own store.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFacets } from '../server/query/facets.ts';
import { getTrace } from '../server/query/get-trace.ts';
import { getHistogram } from '../server/query/histogram.ts';
import { listObservations } from '../server/query/list-observations.ts';
import { listTraces } from '../server/query/list-traces.ts';
import { openEmbeddedEngine } from '../server/store/analytics/embedded-engine.ts';
import type { Engine } from '../server/store/analytics/engine.ts';
import { migrate, readMigrations } from '../server/store/analytics/migrate.ts';
import type { AnalyticsReader } from '../server/store/analytics/port.ts';
import { openStore } from '../server/store/analytics/store.ts';

export const BENCH_PROJECT = 'bench-queries';
const STEPS_PER_TRACE = 8;
const DAYS = 30;
/** A trace of its own with this many steps. */
const LONG_TRACE = 50_000;
const LONG_TRACE_ID = 'f'.repeat(32);

export interface QueryMeasure {
  name: string;
  /** Milliseconds of our function, and of the statements that it asked run one after the other on the engine alone. */
  p50: number;
  p95: number;
  rawP50: number;
  rawP95: number;
  /** Statements a call. */
  statements: number;
}

/**
 * Fills the store with observations (eight a trace, two of them calls of a model, spread evenly over the last 30 days, about 600 bytes of text
 * each) made by the engine itself, and one trace of 50,000 steps in the middle.
 */
export async function loadObservations(
  command: (sql: string) => Promise<void>,
  observations: number,
  project = BENCH_PROJECT,
): Promise<void> {
  const columns =
    'project_id, trace_id, id, parent_id, type, name, start_time, end_time, level, environment, model, usage_details, cost_details, total_cost, ' +
    'input_tokens, output_tokens, total_tokens, input, output, metadata, trace_name, user_id, session_id, tags, via, created_at, updated_at, row_version';
  const words = "['order', 'refund', 'ship', 'late', 'price', 'tool', 'agent', 'plan', 'blue', 'answer', 'model', 'invoice']";
  // Text that differs from row to row, words chosen by a hash.
  const text = (salt: number, count: number) =>
    `arrayStringConcat(arrayMap(i -> ${words}[cityHash64(n, i, ${salt}) % 12 + 1], range(${count})), ' ')`;
  const insert = (source: string, trace: string, parent: string, start: string) =>
    command(`INSERT INTO observations (${columns})
SELECT '${project}', ${trace} AS trace, lower(hex(MD5(concat('o', toString(n), trace)))), ${parent},
  ['SPAN', 'GENERATION', 'TOOL', 'AGENT'][n % 4 + 1], concat('step ', toString(n % 20)), ${start} AS started, started + toIntervalMillisecond(n % 5000),
  if(n % 50 = 0, 'ERROR', 'DEFAULT'), ['default', 'production', 'staging'][intDiv(n, ${STEPS_PER_TRACE}) % 3 + 1], if(n % 4 = 1, 'gpt-4o', ''),
  if(n % 4 = 1, map('input', n % 1000, 'output', 50, 'total', n % 1000 + 50), map()), if(n % 4 = 1, map('input', 0.0001, 'output', 0.0002, 'total', 0.0003), map()),
  if(n % 4 = 1, 0.0003, NULL), if(n % 4 = 1, n % 1000, 0), if(n % 4 = 1, 50, 0), if(n % 4 = 1, n % 1000 + 50, 0), concat(${text(1, 55)}, ' ticket', toString(intDiv(n, 3))), ${text(2, 40)}, map('region', ['eu', 'us'][n % 2 + 1]),
  if(n % ${STEPS_PER_TRACE} = 0, concat('flow ', toString(intDiv(n, ${STEPS_PER_TRACE}) % 12)), ''),
  if(n % ${STEPS_PER_TRACE} = 0, concat('user-', toString(intDiv(n, ${STEPS_PER_TRACE}) % 2000)), ''),
  if(n % ${STEPS_PER_TRACE} = 0, concat('session-', toString(intDiv(n, 40))), ''), if(n % ${STEPS_PER_TRACE} = 0, ['beta'], []),
  'otlp-http', started, started, toUnixTimestamp64Micro(now64(6))
FROM (SELECT number AS n FROM ${source})`);
  const portion = 250_000;
  const step = Math.floor((DAYS * 86400 * 1e6) / observations);
  for (let from = 0; from < observations; from += portion) {
    await insert(
      `numbers(${from}, ${Math.min(portion, observations - from)})`,
      `lower(hex(MD5(toString(intDiv(n, ${STEPS_PER_TRACE})))))`,
      `if(n % ${STEPS_PER_TRACE} = 0, '', lower(hex(MD5(concat('o', toString(n - n % ${STEPS_PER_TRACE}), trace)))))`,
      `now64(6) - toIntervalMicrosecond(${DAYS * 86400 * 1e6} - n * ${step})`,
    );
  }
  await insert(
    `numbers(${LONG_TRACE})`,
    `'${LONG_TRACE_ID}'`,
    `if(n = 0, '', lower(hex(MD5(concat('o', toString(intDiv(n - 1, 10)), trace)))))`,
    'now64(6) - toIntervalDay(15) + toIntervalMillisecond(n * 10)',
  );
}

/** The questions that a person asks by opening pages. */
const QUESTIONS: Record<string, (reader: AnalyticsReader, traceId: string) => Promise<unknown>> = {
  'list newest traces': (reader) => listTraces(reader, BENCH_PROJECT, { filter: [] }, { limit: 50 }),
  'list traces of one user': (reader) =>
    listTraces(
      reader,
      BENCH_PROJECT,
      { filter: [{ type: 'stringOptions', column: 'userId', operator: 'any of', value: ['user-7'] }] },
      { limit: 50 },
    ),
  'list failed traces of 7 days by cost': (reader) =>
    listTraces(
      reader,
      BENCH_PROJECT,
      { from: (Date.now() - 7 * 86400e3) * 1000, filter: [{ type: 'number', column: 'errorCount', operator: '>', value: 0 }] },
      { limit: 50, orderBy: { column: 'totalCost', direction: 'desc' } },
    ),
  'list newest generations': (reader) =>
    listObservations(
      reader,
      BENCH_PROJECT,
      { filter: [{ type: 'stringOptions', column: 'type', operator: 'any of', value: ['GENERATION'] }] },
      { limit: 50 },
    ),
  'search a rare word': (reader) => listTraces(reader, BENCH_PROJECT, { filter: [], search: 'ticket4711' }, { limit: 50 }),
  'search frequent words': (reader) => listTraces(reader, BENCH_PROJECT, { filter: [], search: 'refund late' }, { limit: 50 }),
  'get one trace': (reader, traceId) => getTrace(reader, BENCH_PROJECT, traceId),
  'get a trace of 50,000 steps': (reader) => getTrace(reader, BENCH_PROJECT, LONG_TRACE_ID),
  'histogram of traces, 30 days': (reader) => getHistogram(reader, BENCH_PROJECT, 'traces', { filter: [] }, 60),
  'facets of traces, 7 days': (reader) =>
    listFacets(reader, BENCH_PROJECT, 'traces', { from: (Date.now() - 7 * 86400e3) * 1000, filter: [] }, [
      'environment',
      'name',
      'level',
      'tags',
      'userId',
    ]),
};

type Asked = Parameters<AnalyticsReader['query']>;

/** Times the questions of pages, see `measureQuestions`. */
export async function measureQueries(reader: AnalyticsReader, engine: Pick<Engine, 'select'>): Promise<QueryMeasure[]> {
  const [sample] = await reader.query<{ trace_id: string }>(
    `SELECT trace_id FROM observations WHERE project_id = {project:String} AND trace_id != {long:String} LIMIT 1`,
    { project: BENCH_PROJECT, long: LONG_TRACE_ID },
    { final: 0 },
  );
  const questions = Object.entries(QUESTIONS).map(([name, ask]): [string, Question] => [
    name,
    (asked) => ask(asked, sample!.trace_id),
  ]);
  return measureQuestions(reader, engine, Object.fromEntries(questions));
}

/** Asks a reader one question. */
export type Question = (reader: AnalyticsReader) => Promise<unknown>;

/** Times every question `rounds` times, ours and the engine's in turn, after one round to warm up. */
export async function measureQuestions(
  reader: AnalyticsReader,
  engine: Pick<Engine, 'select'>,
  questions: Record<string, Question>,
  rounds = 15,
): Promise<QueryMeasure[]> {
  const measures: QueryMeasure[] = [];
  for (const [name, ask] of Object.entries(questions)) {
    const asked: Asked[] = [];
    const recorder: AnalyticsReader = {
      query: (...question) => {
        asked.push(question);
        return reader.query(...question);
      },
    };
    await ask(recorder);
    const ours: number[] = [];
    const raw: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await timed(() => ask(reader)));
      raw.push(
        await timed(async () => {
          for (const [sql, params = {}, settings = {}] of asked) await engine.select(sql, params, settings);
        }),
      );
    }
    measures.push({
      name,
      p50: quantile(ours, 0.5),
      p95: quantile(ours, 0.95),
      rawP50: quantile(raw, 0.5),
      rawP95: quantile(raw, 0.95),
      statements: asked.length,
    });
  }
  return measures;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!;
}

if (import.meta.main) {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-bench-queries-'));
  const engine = await openEmbeddedEngine(folder, { memoryBytes: 4 * 1024 ** 3, readers: 3 });
  try {
    await migrate(engine, await readMigrations(), undefined);
    const observations = Number(process.argv[2] ?? 2_000_000);
    const loading = await timed(() => loadObservations((sql) => engine.command(sql), observations));
    console.log(`${observations.toLocaleString('en')} observations made in ${(loading / 1000).toFixed(1)} s`);
    for (const measure of await measureQueries(await openStore(engine), engine)) {
      const figures = `p50 ${measure.p50.toFixed(0)} ms, p95 ${measure.p95.toFixed(0)} ms; engine alone p50 ${measure.rawP50.toFixed(0)} ms, p95 ${measure.rawP95.toFixed(0)} ms`;
      const ratio = `p95 is ${(measure.p95 / measure.rawP95).toFixed(2)} of it`;
      console.log(`${measure.name.padEnd(38)} ${figures}; ${ratio} (${measure.statements} statements)`);
    }
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}
