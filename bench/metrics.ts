/**
 * How long metrics take on many observations: our answer, the engine alone with our statements, and the shortest SQL that somebody would
 * write by hand for the same numbers. `node bench/metrics.ts [observations]` prints each question.
 */
import { metricsQuery } from '../contract/metrics.ts';
import { getMetrics } from '../server/query/metrics/get-metrics.ts';
import type { Engine } from '../server/store/analytics/engine.ts';
import type { AnalyticsReader } from '../server/store/analytics/port.ts';
import { BENCH_PROJECT, measureQuestions, type QueryMeasure, type Question, quantile, timed } from './queries.ts';

export interface MetricsMeasure extends QueryMeasure {
  /** The same numbers by SQL written by hand, milliseconds. */
  handP50: number;
  handP95: number;
}

const DAYS = 30;
const from = new Date(Date.now() - (DAYS + 1) * 86_400e3).toISOString();
const to = new Date(Date.now() + 3600e3).toISOString();
const range = { fromTimestamp: from, toTimestamp: to };

/** Older versions and deleted rows must not count, by hand as little as in ours: hence FINAL. */
const ROWS =
  "FROM observations FINAL WHERE project_id = {project:String} AND type != 'TRACE' " +
  'AND start_time >= parseDateTime64BestEffort({from:String}, 6) AND start_time <= parseDateTime64BestEffort({to:String}, 6)';

/** A question of the second version, and what one would write instead. */
const QUESTIONS: Record<string, { question: object; byHand: string }> = {
  'cost and count a day': {
    question: {
      view: 'observations',
      metrics: [
        { measure: 'count', aggregation: 'count' },
        { measure: 'totalCost', aggregation: 'sum' },
      ],
      timeDimension: { granularity: 'day' },
    },
    byHand: `SELECT toStartOfDay(start_time) AS day, count(), sum(total_cost) ${ROWS} GROUP BY day ORDER BY day`,
  },
  'tokens by model': {
    question: {
      view: 'observations',
      dimensions: [{ field: 'providedModelName' }],
      metrics: [{ measure: 'totalTokens', aggregation: 'sum' }],
    },
    byHand: `SELECT model, sum(total_tokens) AS tokens ${ROWS} GROUP BY model ORDER BY tokens DESC LIMIT 100`,
  },
  'latency p95 by name and hour': {
    question: {
      view: 'observations',
      dimensions: [{ field: 'name' }],
      metrics: [{ measure: 'latency', aggregation: 'p95' }],
      timeDimension: { granularity: 'hour' },
      filters: [{ type: 'stringOptions', column: 'type', operator: 'any of', value: ['GENERATION'] }],
    },
    byHand: `SELECT name, toStartOfHour(start_time) AS hour, quantile(0.95)(date_diff('ms', start_time, end_time)) ${ROWS} AND type = 'GENERATION' GROUP BY name, hour ORDER BY hour`,
  },
  'errors by environment': {
    question: {
      view: 'observations',
      dimensions: [{ field: 'environment' }],
      metrics: [{ measure: 'count', aggregation: 'count' }],
      filters: [{ type: 'stringOptions', column: 'level', operator: 'any of', value: ['ERROR'] }],
    },
    byHand: `SELECT environment, count() AS errors ${ROWS} AND level = 'ERROR' GROUP BY environment ORDER BY errors DESC LIMIT 100`,
  },
  'dearest users': {
    question: {
      view: 'observations',
      dimensions: [{ field: 'userId' }],
      metrics: [{ measure: 'totalCost', aggregation: 'sum' }],
      orderBy: [{ field: 'sum_totalCost', direction: 'desc' }],
      config: { row_limit: 20 },
    },
    byHand: `SELECT user, sum(cost) AS total FROM (SELECT argMaxIf(user_id, (start_time, id), user_id != '') AS user, sum(total_cost) AS cost ${ROWS.replace(" AND type != 'TRACE'", '')} GROUP BY trace_id) GROUP BY user ORDER BY total DESC LIMIT 20`,
  },
  'histogram of latency': {
    question: {
      view: 'observations',
      metrics: [{ measure: 'latency', aggregation: 'histogram' }],
      config: { bins: 10 },
    },
    byHand: `SELECT histogram(10)(date_diff('ms', start_time, end_time)) ${ROWS}`,
  },
};

/** Measures every question; the aim is 1.5 times the engine alone and 15 ms. */
export async function measureMetrics(
  reader: AnalyticsReader,
  engine: Pick<Engine, 'select'>,
  rounds = 10,
): Promise<MetricsMeasure[]> {
  const asked = Object.fromEntries(
    Object.entries(QUESTIONS).map(([name, { question }]): [string, Question] => {
      const parsed = metricsQuery.parse({ ...range, ...question });
      return [name, (by) => getMetrics(by, BENCH_PROJECT, parsed, 2)];
    }),
  );
  const measures: MetricsMeasure[] = [];
  for (const measure of await measureQuestions(reader, engine, asked, rounds)) {
    const times: number[] = [];
    const params = { project: BENCH_PROJECT, from, to };
    for (let round = 0; round < rounds; round++) {
      times.push(await timed(() => engine.select(QUESTIONS[measure.name]!.byHand, params, {})));
    }
    measures.push({ ...measure, handP50: quantile(times, 0.5), handP95: quantile(times, 0.95) });
  }
  return measures;
}
