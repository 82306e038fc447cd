/**
 * How long questions take over HTTP, beside the shortest SQL that somebody would write by hand for the same answer, asked in turn in one run.
 * `node bench/questions.ts [observations]` makes a folder, starts a server on it and prints each question as JSON, or as lines with `--lines`.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { startApp } from '../server/app.ts';
import { readConfig } from '../server/config.ts';
import { createLogger } from '../server/lib/log.ts';
import { openEmbeddedEngine } from '../server/store/analytics/embedded-engine.ts';
import { migrate, readMigrations } from '../server/store/analytics/migrate.ts';
import { loadScores } from './lists.ts';
import { loadObservations, quantile, timed } from './queries.ts';

// biome-ignore lint/suspicious/noExplicitAny: every question has an answer of its own shape
type Answer = any;

/** What may grow with the store: an answer from one end of it or by a key at most twice, a scan as the store does. */
type Growth = 'page' | 'scan' | 'metric';

interface HttpQuestion {
  growth: Growth;
  /** Asked with GET, or with POST where there is a body. */
  path: string;
  body?: object;
  /** Statements by hand, one after the other. */
  byHand: string[];
  /** The same of both answers, compared. */
  ours(answer: Answer): unknown;
  hand(...rows: Answer[][]): unknown;
}

export interface QuestionMeasure {
  name: string;
  /** Milliseconds. */
  p50: number;
  p95: number;
  handP50: number;
  handP95: number;
  aimMs: number;
  over: boolean;
  aim: string;
}

export interface QuestionsResult {
  observations: number;
  loadMs: number;
  /** The first start, which makes the summaries. */
  startMs: number;
  measures: QuestionMeasure[];
}

const PROJECT = 'bench';
const DAYS = 30;
/** Aim for pages at this many observations, ms. */
const AT = 2_000_000;
const PAGE_AIM = 120;

const iso = (ms: number) => new Date(ms).toISOString();
const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const round = (value: unknown) => Number(Number(value).toPrecision(9));
const TRACE_COLUMNS =
  'trace_id, toUnixTimestamp64Micro(timestamp), name, latency, total_cost, input_tokens, output_tokens, total_tokens, observation_count, error_count, ' +
  'warning_count, level, user_id, session_id, environment, version, release, tags, bookmarked, public, models, input_preview, output_preview';
const TRACES = `FROM traces FINAL WHERE project_id = '${PROJECT}'`;
const STEPS = `FROM observations FINAL WHERE project_id = '${PROJECT}' AND type != 'TRACE'`;
const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);
const traceIdsOf = (rows: { trace_id: string }[]) => rows.map(({ trace_id }) => trace_id);

const own = `/api/v1/projects/${PROJECT}`;
const isGeneration = [{ type: 'stringOptions', column: 'type', operator: 'any of', value: ['GENERATION'] }];
const since = (column: string, time: string) => `${column} >= parseDateTime64BestEffort('${time}', 6)`;

function listQuestions(observations: number, now: number, traceId: string): Record<string, HttpQuestion> {
  const week = iso(now - 7 * 86_400e3);
  // Somebody who knows how many there are looks at no more than this.
  const recent = iso(now - (DAYS * 86_400e3 * 1_000) / observations);
  const isFailed = [{ type: 'number', column: 'errorCount', operator: '>', value: 0 }];
  const isUser = [{ type: 'stringOptions', column: 'userId', operator: 'any of', value: ['user-7'] }];
  const newest = 'ORDER BY timestamp DESC, trace_id DESC LIMIT 50';
  const facets = ['environment', 'name', 'level', 'tags', 'userId'];
  const facetOf = (column: string, value: string) =>
    `SELECT '${column}' AS facet, ${value} AS value, count() AS count FROM found WHERE value != '' GROUP BY value ORDER BY count DESC, value LIMIT 100`;
  return {
    'trace list, newest': {
      growth: 'page',
      path: `${own}/traces?limit=50`,
      byHand: [`SELECT ${TRACE_COLUMNS} ${TRACES} AND ${since('timestamp', recent)} ${newest}`],
      ours: ({ data }) => idsOf(data),
      hand: traceIdsOf,
    },
    'GET /traces, newest, with their number': {
      growth: 'page',
      path: '/api/public/traces?limit=50&fields=core',
      byHand: [
        `SELECT ${TRACE_COLUMNS} ${TRACES} AND ${since('timestamp', recent)} ${newest}`,
        `SELECT count() AS total ${TRACES}`,
      ],
      ours: ({ data, meta }) => [idsOf(data), meta.totalItems],
      hand: (rows, [counted]) => [traceIdsOf(rows as { trace_id: string }[]), counted.total],
    },
    'failed traces of 7 days by cost': {
      growth: 'scan',
      path: `${own}/traces?limit=50&from=${week}&filter=${json(isFailed)}&orderBy=${json({ column: 'totalCost', direction: 'desc' })}`,
      byHand: [
        `SELECT ${TRACE_COLUMNS} ${TRACES} AND ${since('timestamp', week)} AND error_count > 0 ORDER BY total_cost DESC, trace_id DESC LIMIT 50`,
      ],
      ours: ({ data }) => idsOf(data),
      hand: traceIdsOf,
    },
    'traces of a user': {
      growth: 'page',
      path: `${own}/traces?limit=50&filter=${json(isUser)}`,
      byHand: [`SELECT ${TRACE_COLUMNS} ${TRACES} AND user_id = 'user-7' ${newest}`],
      ours: ({ data }) => idsOf(data),
      hand: traceIdsOf,
    },
    'GET /traces of a user': {
      growth: 'page',
      path: '/api/public/traces?limit=50&userId=user-7&fields=core,metrics',
      byHand: [`SELECT ${TRACE_COLUMNS}, count() OVER () AS total ${TRACES} AND user_id = 'user-7' ${newest}`],
      ours: ({ data, meta }) => [idsOf(data), meta.totalItems],
      hand: (rows) => [traceIdsOf(rows as { trace_id: string }[]), rows[0].total],
    },
    sessions: {
      growth: 'scan',
      path: `${own}/sessions?limit=50`,
      byHand: [
        `SELECT session_id AS id, min(timestamp) AS at, any(environment), count() OVER () AS total ${TRACES} AND session_id != '' GROUP BY session_id ORDER BY at DESC, id DESC LIMIT 50`,
      ],
      ours: ({ data, totalCount }) => [idsOf(data), totalCount],
      hand: (rows) => [idsOf(rows as { id: string }[]), rows[0].total],
    },
    'facets of traces, 7 days': {
      growth: 'scan',
      path: `${own}/facets?list=traces&from=${week}&columns=${json(facets)}`,
      byHand: [
        `WITH found AS (SELECT environment, name, level, tags, user_id ${TRACES} AND ${since('timestamp', week)}) ${[
          facetOf('environment', 'toString(environment)'),
          facetOf('name', 'toString(name)'),
          facetOf('level', 'toString(level)'),
          facetOf('tags', 'toString(arrayJoin(tags))'),
          facetOf('userId', 'user_id'),
        ]
          .map((sql) => `SELECT * FROM (${sql})`)
          .join(' UNION ALL ')}`,
      ],
      ours: (answer) =>
        answer.facets
          .flatMap(({ column, values }: Answer) => values.map(({ value, count }: Answer) => `${column} ${value} ${count}`))
          .sort(),
      hand: (rows) => rows.map(({ facet, value, count }) => `${facet} ${value} ${count}`).sort(),
    },
    'GET /v2/scores of a user': {
      growth: 'page',
      path: '/api/public/v2/scores?limit=50&userId=user-10',
      byHand: [
        `SELECT *, count() OVER () AS total FROM scores FINAL WHERE project_id = '${PROJECT}' AND trace_id IN (SELECT trace_id ${TRACES} AND user_id = 'user-10') ORDER BY timestamp DESC, id DESC LIMIT 50`,
      ],
      ours: ({ data, meta }) => [idsOf(data), meta.totalItems],
      hand: (rows) => [idsOf(rows as { id: string }[]), rows[0].total],
    },
    'newest generations': {
      growth: 'page',
      path: `${own}/observations?limit=50&filter=${json(isGeneration)}`,
      byHand: [
        `SELECT * EXCEPT (events, links, metadata, tool_definitions) ${STEPS} AND type = 'GENERATION' AND ${since('start_time', recent)} ORDER BY start_time DESC, trace_id DESC, id DESC LIMIT 50`,
      ],
      ours: ({ data }) => idsOf(data),
      hand: (rows) => idsOf(rows as { id: string }[]),
    },
    'one trace': {
      growth: 'page',
      path: `${own}/traces/${traceId}`,
      byHand: [
        `SELECT id, parent_id, type, name, start_time, end_time, completion_start_time, level, model, input_tokens, output_tokens, total_tokens, total_cost, status_message ${STEPS} AND trace_id = '${traceId}' ORDER BY start_time, id`,
        `SELECT ${TRACE_COLUMNS}, metadata ${TRACES} AND trace_id = '${traceId}'`,
      ],
      ours: ({ id, observations }) => [id, idsOf(observations)],
      hand: (rows, [trace]) => [trace.trace_id, idsOf(rows as { id: string }[])],
    },
    'histogram of traces, 30 days': {
      growth: 'scan',
      path: `${own}/histogram?list=traces&buckets=60`,
      byHand: [
        `SELECT toStartOfInterval(timestamp, toIntervalSecond(86400)) AS bucket, count() AS count, countIf(error_count > 0) AS errors ${TRACES} GROUP BY bucket`,
      ],
      ours: ({ buckets }) =>
        buckets.reduce((all: number[], { count, errors }: Answer) => [all[0]! + count, all[1]! + errors], [0, 0]),
      hand: (rows) => rows.reduce((all, { count, errors }) => [all[0] + count, all[1] + errors], [0, 0]),
    },
  };
}

function metricQuestions(now: number): Record<string, HttpQuestion> {
  const range = { fromTimestamp: iso(now - (DAYS + 1) * 86_400e3), toTimestamp: iso(now + 3_600_000) };
  const ROWS = `${STEPS} AND ${since('start_time', range.fromTimestamp)} AND start_time <= parseDateTime64BestEffort('${range.toTimestamp}', 6)`;
  const metric = (
    question: object,
    byHand: string,
    of: (row: Record<string, unknown>) => unknown[],
    ofHand: (row: Record<string, unknown>) => unknown[],
  ): HttpQuestion => ({
    growth: 'metric',
    path: `${own}/metrics`,
    body: { ...range, ...question },
    byHand: [byHand],
    // Buckets without a row are told too.
    ours: ({ data }) =>
      data
        .map(of)
        .filter((row: unknown[]) => row.some((value) => value !== null && value !== 0))
        .sort(),
    hand: (rows) => rows.map(ofHand).sort(),
  });
  return {
    'metrics: cost and count a day': metric(
      {
        view: 'observations',
        metrics: [
          { measure: 'count', aggregation: 'count' },
          { measure: 'totalCost', aggregation: 'sum' },
        ],
        timeDimension: { granularity: 'day' },
      },
      `SELECT toString(toStartOfDay(start_time)) AS day, count() AS count, sum(counted_cost) AS cost ${ROWS} GROUP BY day ORDER BY day`,
      ({ count_count, sum_totalCost }) => [Number(count_count), round(sum_totalCost)],
      ({ count, cost }) => [Number(count), round(cost)],
    ),
    'metrics: tokens by model': metric(
      {
        view: 'observations',
        dimensions: [{ field: 'providedModelName' }],
        metrics: [{ measure: 'totalTokens', aggregation: 'sum' }],
      },
      `SELECT model, sum(counted_total_tokens) AS tokens ${ROWS} GROUP BY model ORDER BY tokens DESC LIMIT 100`,
      ({ providedModelName, sum_totalTokens }) => [providedModelName ?? '', sum_totalTokens],
      ({ model, tokens }) => [model, tokens],
    ),
    'metrics: latency p95 by name and hour': metric(
      {
        view: 'observations',
        dimensions: [{ field: 'name' }],
        metrics: [{ measure: 'latency', aggregation: 'p95' }],
        timeDimension: { granularity: 'hour' },
        filters: isGeneration,
        config: { row_limit: 1000 },
        orderBy: [{ field: 'time_dimension', direction: 'asc' }],
      },
      `SELECT name, toStartOfHour(start_time) AS hour, quantileExactInclusive(0.95)((toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time)) / 1e3) AS latency ${ROWS} AND type = 'GENERATION' GROUP BY name, hour ORDER BY hour, latency DESC, name LIMIT 1000`,
      ({ name, p95_latency }) => [name, p95_latency === null ? null : round(p95_latency)],
      ({ name, latency }) => [name, round(latency)],
    ),
    'metrics: errors by environment': metric(
      {
        view: 'observations',
        dimensions: [{ field: 'environment' }],
        metrics: [{ measure: 'count', aggregation: 'count' }],
        filters: [{ type: 'stringOptions', column: 'level', operator: 'any of', value: ['ERROR'] }],
      },
      `SELECT environment, count() AS errors ${ROWS} AND level = 'ERROR' GROUP BY environment ORDER BY errors DESC LIMIT 100`,
      ({ environment, count_count }) => [environment, Number(count_count)],
      ({ environment, errors }) => [environment, Number(errors)],
    ),
    'metrics: dearest users': metric(
      {
        view: 'observations',
        dimensions: [{ field: 'userId' }],
        metrics: [{ measure: 'totalCost', aggregation: 'sum' }],
        orderBy: [{ field: 'sum_totalCost', direction: 'desc' }],
        config: { row_limit: 20 },
      },
      // A step may name a user of its own.
      `SELECT if(o.user_id != '', o.user_id, t.user_id) AS user, sum(o.counted_cost) AS total FROM (SELECT trace_id, user_id, counted_cost ${ROWS}) AS o LEFT JOIN (SELECT trace_id, user_id ${TRACES}) AS t USING (trace_id) GROUP BY user ORDER BY total DESC, user LIMIT 20`,
      ({ sum_totalCost }) => [round(sum_totalCost)],
      ({ total }) => [round(total)],
    ),
    'metrics: histogram of latency': metric(
      { view: 'observations', metrics: [{ measure: 'latency', aggregation: 'histogram' }], config: { bins: 10 } },
      `SELECT histogram(10)((toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time)) / 1e3) AS bins ${ROWS}`,
      ({ histogram_latency }) => [(histogram_latency as unknown[]).length],
      ({ bins }) => [(bins as unknown[]).length],
    ),
  };
}

const limits = { memoryBytes: 4 * 1024 ** 3, readers: 3 };

/** Fills a data folder by the engine alone: no trace has its summary yet, as in a folder of an older version. */
async function load(path: string, observations: number): Promise<void> {
  const engine = await openEmbeddedEngine(path, limits);
  try {
    await migrate(engine, await readMigrations(), undefined);
    await loadObservations((sql) => engine.command(sql), observations, PROJECT);
    await loadScores((sql) => engine.command(sql), observations, PROJECT);
  } finally {
    await engine.close();
  }
}

/**
 * Fills a folder (that of BENCH_FOLDER is kept, and used again), starts a server on it, and asks every question `rounds` times in turn with
 * the SQL by hand; of the questions only those whose name fits the regular expression BENCH_ONLY, if there is one.
 * @throws Error when both differ
 */
export async function measureQuestionsOverHttp(observations: number, rounds = 15): Promise<QuestionsResult> {
  const { BENCH_FOLDER: kept, BENCH_ONLY: only } = process.env;
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'telltale-bench-questions-')));
  const path = join(dataDir, 'analytics');
  const loadMs = existsSync(path) ? 0 : await timed(() => load(path, observations));
  const config = readConfig({
    PORT: '0',
    TELLTALE_OTLP_GRPC_PORT: '0',
    TELLTALE_DEMO: '0',
    TELLTALE_DATA_DIR: dataDir,
    TELLTALE_LOG_LEVEL: 'silent',
    TELLTALE_INIT_ORG_ID: PROJECT,
    TELLTALE_INIT_PROJECT_ID: PROJECT,
    TELLTALE_INIT_PROJECT_PUBLIC_KEY: 'pk-lf-bench',
    TELLTALE_INIT_PROJECT_SECRET_KEY: 'sk-lf-bench-secret',
  });
  const started = performance.now();
  const app = await startApp(config, createLogger('silent'));
  const startMs = performance.now() - started;
  // The same engine as the server's, on a connection of its own.
  const engine = await openEmbeddedEngine(path, { ...limits, readers: 1 });
  const authorization = `Basic ${Buffer.from('pk-lf-bench:sk-lf-bench-secret').toString('base64')}`;
  const measures: QuestionMeasure[] = [];
  try {
    const [sample] = await engine.select<{ id: string; now: number }>(
      `SELECT trace_id AS id, toUnixTimestamp64Milli(max(timestamp)) AS now FROM traces WHERE project_id = '${PROJECT}' GROUP BY id ORDER BY now DESC LIMIT 1`,
      {},
      {},
    );
    const questions = { ...listQuestions(observations, sample!.now, sample!.id), ...metricQuestions(sample!.now) };
    for (const [name, question] of Object.entries(questions)) {
      if (only !== undefined && !new RegExp(only).test(name)) continue;
      const ask = async () => {
        const post = question.body && { method: 'POST', body: JSON.stringify(question.body) };
        const headers = { authorization, ...(question.body && { 'content-type': 'application/json' }) };
        const response = await fetch(app.url + question.path, { ...post, headers });
        const text = await response.text();
        if (!response.ok) throw new Error(`${name} answered ${response.status}: ${text.slice(0, 300)}`);
        return JSON.parse(text) as unknown;
      };
      const byHand = async () => {
        const answers: unknown[][] = [];
        for (const sql of question.byHand) answers.push(await engine.select(sql, {}, {}));
        return answers;
      };
      const [ours, theirs] = [question.ours(await ask()), question.hand(...((await byHand()) as Answer[][]))];
      if (!isDeepStrictEqual(ours, theirs)) {
        const show = (value: unknown) => JSON.stringify(value)?.slice(0, 400);
        throw new Error(`${name}: the answer and that of the SQL by hand differ:\n${show(ours)}\n${show(theirs)}`);
      }
      const times = { ours: [] as number[], hand: [] as number[] };
      for (let i = 0; i < rounds; i++) {
        times.ours.push(await timed(ask));
        times.hand.push(await timed(byHand));
      }
      const [p95, handP95] = [quantile(times.ours, 0.95), quantile(times.hand, 0.95)];
      const growth = Math.max(1, question.growth === 'page' ? Math.min(2, observations / AT) : observations / AT);
      const aimMs = question.growth === 'metric' ? 1.5 * handP95 + 15 : PAGE_AIM * growth;
      const aim = question.growth === 'metric' ? '1.5x by hand + 15 ms' : `${Math.round(aimMs)} ms`;
      const [p50, handP50] = [quantile(times.ours, 0.5), quantile(times.hand, 0.5)];
      measures.push({ name, p50, p95, handP50, handP95, aimMs, aim, over: p95 > aimMs });
    }
  } finally {
    await engine.close();
    await app.stop();
    if (kept === undefined) await rm(dataDir, { recursive: true, force: true });
  }
  return { observations, loadMs, startMs, measures };
}

/** One question as a line of figures. */
export function lineOf({ p50, p95, handP50, handP95 }: QuestionMeasure): string {
  const ms = (value: number) => value.toFixed(1);
  return `p50 ${ms(p50)} ms, p95 ${ms(p95)} ms; limit (SQL by hand) p50 ${ms(handP50)} ms, p95 ${ms(handP95)} ms`;
}

if (import.meta.main) {
  const { observations } = process.argv[2]?.startsWith('{')
    ? (JSON.parse(process.argv[2]) as { observations: number })
    : { observations: Number(process.argv[2] ?? AT) };
  const result = await measureQuestionsOverHttp(observations);
  if (!process.argv.includes('--lines')) process.stdout.write(JSON.stringify(result));
  else {
    console.log(
      `${observations.toLocaleString('en')} observations: loaded in ${result.loadMs.toFixed(0)} ms, first start ${result.startMs.toFixed(0)} ms`,
    );
    for (const measure of result.measures) {
      console.log(`${measure.name.padEnd(40)} ${lineOf(measure)}; aim ${measure.aim}: ${measure.over ? 'over' : 'within'}`);
    }
  }
  process.exit(0);
}
