/**
 * `npm run bench [-- part …]`: parts are store, ingest, small, overload, soak, batch, lag, queries, questions, metrics, export, prompts, scores, lists, start, idle; all of them without
 * arguments.
 * Every figure stands beside its aim, and beside what the raw engine does with the same rows in the same run.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedEngine } from '../server/store/analytics/embedded-engine.ts';
import type { Engine } from '../server/store/analytics/engine.ts';
import { migrate, readMigrations } from '../server/store/analytics/migrate.ts';
import { openStore } from '../server/store/analytics/store.ts';
import { measureExports } from './exports.ts';
import type { HttpLoad, HttpLoadResult } from './http-load.ts';
import { loadScores, measureLists } from './lists.ts';
import type { Load, LoadResult } from './load-generator.ts';
import { measureMetrics } from './metrics.ts';
import { BENCH_PROJECT, loadObservations, measureQueries } from './queries.ts';
import { lineOf, type QuestionsResult } from './questions.ts';
import { type BenchServer, startBenchServer } from './server.ts';
import { makeRows, measureInserts } from './store.ts';

/** Of the parts that ask questions; fewer for a quick look. */
const OBSERVATIONS = Number(process.env.BENCH_OBSERVATIONS ?? 2_000_000);

const line = (name: string, figure: string, aim = '') => console.log(`${name.padEnd(34)} ${figure.padEnd(64)} ${aim}`);
const whole = (value: number) => Math.round(value).toLocaleString('en');
const megabytes = (bytes: number) => `${whole(bytes / 1e6)} MB`;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

const generate = (load: Load) => inProcess<LoadResult>('load-generator.ts', load);
const sendAll = (load: HttpLoad) => inProcess<HttpLoadResult>('http-load.ts', load);

/** Runs a script beside this file as a process of its own and gives the JSON that it prints. */
function inProcess<T>(name: string, load: unknown, env: Record<string, string> = {}): Promise<T> {
  const script = join(import.meta.dirname, name);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  return new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('close', (code) => (code === 0 ? done(JSON.parse(text) as T) : fail(new Error(`The load ended with ${code}`))));
  });
}

/** An engine on a folder of its own with the observations of the queries. */
async function withObservations<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-bench-queries-'));
  const engine = await openEmbeddedEngine(folder, { memoryBytes: 4 * 1024 ** 3, readers: 3 });
  try {
    await migrate(engine, await readMigrations(), undefined);
    await loadObservations((sql) => engine.command(sql), OBSERVATIONS);
    return await use(engine);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function withServer<T>(use: (server: BenchServer) => Promise<T>): Promise<T> {
  const server = await startBenchServer();
  try {
    return await use(server);
  } finally {
    await server.destroy();
  }
}

async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return sum;
}

/** Spans that can be read. */
async function storedSpans(server: BenchServer): Promise<number> {
  const query = { view: 'observations', metrics: [{ measure: 'count', aggregation: 'count' }], dimensions: [], filters: [] };
  const range = { fromTimestamp: '2020-01-01T00:00:00Z', toTimestamp: '2090-01-01T00:00:00Z' };
  const address = `${server.url}/api/public/metrics?query=${encodeURIComponent(JSON.stringify({ ...query, ...range }))}`;
  const answer = await fetch(address, { headers: { authorization: server.authorization } });
  const { data } = (await answer.json()) as { data: Record<string, number | string>[] };
  return Number(Object.values(data[0] ?? { none: 0 })[0]);
}

async function lagOf(server: BenchServer): Promise<{ p50: number; p99: number }> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const read = (quantile: string) =>
    Number(new RegExp(`telltale_ingest_lag_seconds\\{[^}]*quantile="${quantile}"\\} (\\S+)`).exec(text)?.[1]) * 1000;
  return { p50: read('0.5'), p99: read('0.99') };
}

let rawRowsPerSecond: number | undefined;
async function rawRate(): Promise<number> {
  rawRowsPerSecond ??= (await measureInserts(makeRows(60_000), 5_000, 'engine')).rowsPerSecond;
  return rawRowsPerSecond;
}

const parts: Record<string, () => Promise<void>> = {
  async store() {
    line('raw engine, insert', `${whole(await rawRate())} rows/s`);
  },

  async ingest() {
    const raw = await rawRate();
    await withServer(async (server) => {
      const load = { url: `${server.url}/v1/traces`, authorization: server.authorization, spans: 512, connections: 8, rate: 0 };
      const before = await bytesBelow(server.dataDir);
      const warm = await generate({ ...load, seconds: 4, stamp: 1 });
      const result = await generate({ ...load, seconds: 12, stamp: 1_000_000 });
      const rate = result.accepted / result.seconds;
      line(
        'OTLP protobuf ingest',
        `${whole(rate)} spans/s, ${(rate / raw).toFixed(2)} of the raw engine (${whole(raw)} rows/s)`,
        'aim 12,000/s and 0.35',
      );
      line('  refused', `${whole(result.refused)} spans; answer p50 ${whole(result.p50)} ms, p99 ${whole(result.p99)} ms`);
      line('  memory under load', megabytes(server.memory()));
      await wait(20_000);
      const after = await bytesBelow(server.dataDir);
      line(
        '  disk',
        `${whole((after - before) / (warm.accepted + result.accepted))} bytes a span of 1,600 on the wire (after 20 s of merging)`,
      );
    });
  },

  /** What SDKs send: small bodies, few at once. The engine's own time is that of the same commits, one after the other. */
  async small() {
    const engine = (await measureInserts(makeRows(12_800), 256, 'engine')).rowsPerSecond;
    await withServer(async (server) => {
      const load = { url: `${server.url}/v1/traces`, authorization: server.authorization, spans: 128, connections: 4, rate: 0 };
      await generate({ ...load, seconds: 4, stamp: 1 });
      const { accepted, seconds, p50, p99 } = await generate({ ...load, seconds: 12, stamp: 1_000_000 });
      line(
        'OTLP ingest, 4 senders of 128 spans',
        `${whole(accepted / seconds)} spans/s; p50 ${whole(p50)} ms, p99 ${whole(p99)} ms; engine alone ${whole(engine)} rows/s`,
        'aim 9,000/s, p50 under 40 ms',
      );
      line('  memory under load', megabytes(server.memory()), 'aim under 900 MB');
    });
  },

  /** Sixteen senders of 400 large generations: first with usage, then such as have their tokens counted. */
  async overload() {
    const rates: number[] = [];
    for (const shape of ['large with usage', 'large without usage'] as const) {
      await withServer(async (server) => {
        const load = {
          url: `${server.url}/v1/traces`,
          authorization: server.authorization,
          spans: 400,
          connections: 16,
          rate: 0,
        };
        const result = await generate({ ...load, shape, seconds: 20, stamp: 1 });
        rates.push(result.accepted / result.seconds);
        const { slowest, slowestRefusal, statuses } = result;
        line(
          `overload, ${shape}`,
          `${whole(rates.at(-1)!)} spans/s; slowest answer ${whole(slowest)} ms, slowest refusal ${whole(slowestRefusal)} ms; ${JSON.stringify(statuses)}`,
          'aim 10 s and 1 s, only 200, 429, 503',
        );
        line('  memory', megabytes(server.memory()));
      });
    }
    line('overload, without to with usage', (rates[1]! / rates[0]!).toFixed(2), 'aim 0.5');
  },

  /** Twice what can be stored, for BENCH_SOAK_MINUTES: memory is bounded, what was acknowledged is there. */
  async soak() {
    const minutes = Number(process.env.BENCH_SOAK_MINUTES ?? 1);
    await withServer(async (server) => {
      const load = { url: `${server.url}/v1/traces`, authorization: server.authorization, spans: 512, connections: 8 };
      const { accepted: most, seconds } = await generate({ ...load, rate: 0, seconds: 8, stamp: 1 });
      const rate = (2 * most) / seconds;
      let peak = 0;
      const watching = setInterval(() => {
        peak = Math.max(peak, server.memory());
      }, 500);
      const result = await generate({ ...load, connections: 48, rate, seconds: minutes * 60, stamp: 1_000_000 });
      clearInterval(watching);
      const stored = await storedSpans(server);
      const lost = most + result.accepted - stored;
      line(
        `soak, ${minutes} min of ${whole(rate)} spans/s`,
        `${whole(result.accepted / result.seconds)} spans/s taken; ${JSON.stringify(result.statuses)}; slowest ${whole(result.slowest)} ms`,
        'aim only 200, 429, 503',
      );
      line('  memory at most', megabytes(peak));
      line('  acknowledged and not stored', `${whole(Math.max(0, lost))} of ${whole(most + result.accepted)}`, 'aim 0');
    });
  },

  async batch() {
    await withServer(async (server) => {
      const seconds = 10;
      const end = performance.now() + seconds * 1000;
      let events = 0;
      await Promise.all(
        Array.from({ length: 24 }, async (_, worker) => {
          for (let i = 0; performance.now() < end; i++) {
            const batch = makeBatch(worker, i);
            const response = await fetch(`${server.url}/api/public/ingestion`, {
              method: 'POST',
              headers: { authorization: server.authorization, 'content-type': 'application/json' },
              body: JSON.stringify({ batch }),
            });
            const { successes } = (await response.json()) as { successes: unknown[] };
            events += successes.length;
          }
        }),
      );
      line('Langfuse batch ingest', `${whole(events / seconds)} events/s in requests of 50, 24 at once`);
    });
  },

  async lag() {
    await withServer(async (server) => {
      const load = {
        url: `${server.url}/v1/traces`,
        authorization: server.authorization,
        spans: 100,
        connections: 4,
        rate: 2_000,
      };
      await generate({ ...load, seconds: 20, stamp: 1 });
      const { p50, p99 } = await lagOf(server);
      line('accepted to queryable, 2,000/s', `p50 ${whole(p50)} ms, p99 ${whole(p99)} ms`, 'aim p99 under 1,000 ms');
    });
  },

  async queries() {
    await withObservations(async (engine) => {
      for (const measure of await measureQueries(await openStore(engine), engine)) {
        const limit = 2 * measure.rawP95 + 15;
        const verdict = measure.p95 <= limit ? 'within' : 'over';
        line(
          measure.name,
          `p50 ${measure.p50.toFixed(1)} ms, p95 ${measure.p95.toFixed(1)} ms; raw p95 ${measure.rawP95.toFixed(1)} ms, ratio ${(measure.p95 / measure.rawP95).toFixed(2)}`,
          `aim 2x + 15 ms: ${verdict}`,
        );
      }
    });
  },

  /** Over HTTP, beside the shortest SQL by hand for the same answer. */
  async questions() {
    const asked = { observations: OBSERVATIONS };
    const { loadMs, startMs, measures } = await inProcess<QuestionsResult>('questions.ts', asked, { UV_THREADPOOL_SIZE: '16' });
    line(
      `${whole(OBSERVATIONS)} observations`,
      `loaded in ${(loadMs / 1000).toFixed(0)} s; first start, with the summaries of all traces, ${(startMs / 1000).toFixed(1)} s`,
    );
    for (const measure of measures)
      line(measure.name, lineOf(measure), `aim ${measure.aim}: ${measure.over ? 'over' : 'within'}`);
  },

  async metrics() {
    await withObservations(async (engine) => {
      for (const measure of await measureMetrics(await openStore(engine), engine)) {
        const verdict = measure.p95 <= 1.5 * measure.rawP95 + 15 ? 'within' : 'over';
        line(
          `metrics: ${measure.name}`,
          `p50 ${measure.p50.toFixed(1)} ms, p95 ${measure.p95.toFixed(1)} ms; raw p95 ${measure.rawP95.toFixed(1)} ms; by hand p95 ${measure.handP95.toFixed(1)} ms`,
          `aim 1.5x + 15 ms: ${verdict}`,
        );
      }
    });
  },

  async export() {
    await withObservations(async (engine) => {
      for (const { name, rows, seconds, bytes } of await measureExports(await openStore(engine), BENCH_PROJECT)) {
        line(
          `export of ${name}`,
          `${whole(rows / seconds)} rows/s, ${megabytes(bytes / seconds)}/s; ${whole(rows)} rows in ${seconds.toFixed(1)} s`,
          'aim 10,000/s',
        );
      }
    });
  },

  async prompts() {
    await withServer(async (server) => {
      const made = await fetch(`${server.url}/api/public/v2/prompts`, {
        method: 'POST',
        headers: { authorization: server.authorization, 'content-type': 'application/json' },
        body: JSON.stringify({
          name: 'answer',
          type: 'text',
          prompt: 'Answer {{question}} in {{language}}. '.repeat(20),
          labels: ['production'],
        }),
      });
      if (made.status !== 201) throw new Error(`The prompt was answered ${made.status}`);
      const load = {
        url: `${server.url}/api/public/v2/prompts/answer`,
        method: 'GET',
        authorization: server.authorization,
        connections: 16,
      } as const;
      await sendAll({ ...load, seconds: 2 });
      const { perSecond, p50, p99, refused } = await sendAll({ ...load, seconds: 8 });
      line(
        'get a cached prompt',
        `${whole(perSecond)}/s; p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ${refused} refused`,
        'aim 1,000/s',
      );
    });
  },

  async scores() {
    await withServer(async (server) => {
      const { url, authorization } = server;
      const score = '"traceId":"trace-#N#","name":"quality","value":0.5,"comment":"Correct, but long-winded."';
      const single = { url: `${url}/api/public/scores`, method: 'POST', authorization, connections: 64 } as const;
      await sendAll({ ...single, body: `{${score}}`, seconds: 2, stamp: 'warm-' });
      const one = await sendAll({ ...single, body: `{${score}}`, seconds: 8, stamp: 'one-' });
      line(
        'write scores, POST /scores',
        `${whole(one.perSecond)}/s; p50 ${one.p50.toFixed(1)} ms, p99 ${one.p99.toFixed(1)} ms; ${one.refused} refused`,
      );
      const event = `{"id":"e-#N#","type":"score-create","timestamp":"${new Date().toISOString()}","body":{"id":"s-#N#",${score}}}`;
      const batch = await sendAll({
        ...single,
        url: `${url}/api/public/ingestion`,
        connections: 8,
        body: event,
        items: { count: 100, before: '{"batch":[', after: ']}' },
        seconds: 8,
        stamp: 'batch-',
      });
      line(
        'write scores, score-create',
        `${whole(batch.perSecond * 100)}/s in batches of 100; p50 ${batch.p50.toFixed(1)} ms, p99 ${batch.p99.toFixed(1)} ms; ${batch.refused} refused`,
      );
    });
  },

  async lists() {
    const dataDir = await mkdtemp(join(tmpdir(), 'telltale-bench-lists-'));
    const engine = await openEmbeddedEngine(join(dataDir, 'analytics'), { memoryBytes: 4 * 1024 ** 3, readers: 1 });
    try {
      await migrate(engine, await readMigrations(), undefined);
      await loadObservations((sql) => engine.command(sql), OBSERVATIONS, 'bench');
      await loadScores((sql) => engine.command(sql), OBSERVATIONS, 'bench');
    } finally {
      await engine.close();
    }
    const server = await startBenchServer(dataDir);
    try {
      for (const { name, rows, p50, p95 } of await measureLists(server)) {
        line(name, `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms; ${rows} rows of ${whole(OBSERVATIONS)} observations`);
      }
    } finally {
      await server.destroy();
    }
  },

  async start() {
    const first = await startBenchServer();
    line('start, first', `${whole(first.startMs)} ms`);
    await first.stop();
    const warm = await startBenchServer(first.dataDir);
    line('start, warm', `${whole(warm.startMs)} ms`, 'aim under 5,000 ms');
    await warm.destroy();
  },

  async idle() {
    await withServer(async (server) => {
      await wait(15_000);
      const cpu = server.cpuSeconds();
      await wait(30_000);
      line('idle memory', megabytes(server.memory()), 'aim under 600 MB');
      line('idle CPU', `${(((server.cpuSeconds() - cpu) / 30) * 100).toFixed(2)} % of one core`, 'aim under 1.5 %');
    });
  },
};

/** A trace with two steps as an older SDK sends it: five events. */
function makeBatch(worker: number, number: number) {
  const id = `${worker}-${number}`;
  const timestamp = new Date().toISOString();
  const event = (type: string, body: object, n: number) => ({ id: `${id}-${n}`, type, timestamp, body });
  const input = [{ role: 'user', content: `Where is my order ${id}? `.repeat(20) }];
  return Array.from({ length: 10 }, (_, i) => [
    event('trace-create', { id: `t-${id}-${i}`, name: 'order-status', userId: `user-${worker}`, input }, i * 5),
    event(
      'span-create',
      { id: `s-${id}-${i}`, traceId: `t-${id}-${i}`, name: 'retrieve', startTime: timestamp, input },
      i * 5 + 1,
    ),
    event('span-update', { id: `s-${id}-${i}`, traceId: `t-${id}-${i}`, endTime: timestamp, output: { found: 3 } }, i * 5 + 2),
    event(
      'generation-create',
      { id: `g-${id}-${i}`, traceId: `t-${id}-${i}`, model: 'gpt-4o-mini', input, startTime: timestamp },
      i * 5 + 3,
    ),
    event(
      'generation-update',
      {
        id: `g-${id}-${i}`,
        traceId: `t-${id}-${i}`,
        output: 'It has shipped. '.repeat(20),
        usage: { input: 100, output: 20 },
        endTime: timestamp,
      },
      i * 5 + 4,
    ),
  ]).flat();
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
for (const [name, measure] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await measure();
process.exit(0);
