import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AGGREGATIONS,
  GRANULARITIES,
  type Granularity,
  type MetricsRow,
  type MetricView,
  metricsQuery,
} from '../../../contract/metrics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { aggregate, close6, type Entity, facts, OF_NUMBERS, stepRows, TRUTH } from '../testing/metric-truth.ts';
import { openTestStore } from '../testing/open-store.ts';
import { randomFacts } from '../testing/random-facts.ts';
import type { MetricField } from './field.ts';
import { getMetrics } from './get-metrics.ts';
import { fieldsOf } from './views.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert(facts);
  // The same ids with other contents: whatever leaks changes every number.
  await store.insert(randomFacts('q', 70, 12));
});
afterAll(() => close());

const RANGE = { fromTimestamp: '2026-02-28T12:00:00Z', toTimestamp: '2026-03-06T12:00:00Z' };
const ask = (view: MetricView, question: object) =>
  getMetrics(store, 'p', metricsQuery.parse({ view, ...RANGE, ...question }), view === 'traces' ? 1 : 2);

const VIEWS = Object.keys(TRUTH) as MetricView[];
type Asked = { measure: string; aggregation: (typeof AGGREGATIONS)[number] };

/** Every measure of a view with every aggregation that gives one value and those of an exploded dimension. */
const everyMeasure = (view: MetricView, dimension?: string): Asked[] =>
  Object.entries(fieldsOf(view).measures)
    .filter(([, { pairOf }]) => pairOf === undefined || pairOf === dimension)
    .flatMap(([measure, { kind }]) =>
      (kind === 'number' ? OF_NUMBERS : (['count', 'uniq'] as const)).map((aggregation) => ({ measure, aggregation })),
    );

/** Keys of a row that are not what the entities come to; numbers may differ by what summing in another order does. */
function differences(row: MetricsRow, asked: readonly Asked[], entities: readonly Entity[]): unknown[] {
  return asked.flatMap(({ measure, aggregation }) => {
    const key = `${aggregation}_${measure}`;
    const wanted = aggregate(
      aggregation,
      entities.map(({ measures }) => measures[measure] ?? null),
    );
    const found = row[key];
    const same =
      typeof wanted === 'number' && typeof found === 'number'
        ? Math.abs(wanted - found) <= 1e-9 * Math.max(1, Math.abs(wanted))
        : wanted === found;
    return same ? [] : [{ key, wanted, found }];
  });
}

/** The entities of a view, once for each of the values that a dimension has for them. */
function exploded(view: MetricView, dimension: string, { explode }: MetricField): { value: unknown; entity: Entity }[] {
  if (!explode) return TRUTH[view].map((entity) => ({ value: entity.dimensions[dimension], entity }));
  return TRUTH[view].flatMap((entity) => {
    const row = stepRows.get(`${entity.dimensions.traceId} ${entity.dimensions.id}`)!;
    if (explode === 'elements') {
      const tools = dimension === 'toolNames' ? Object.keys(row.tool_definitions) : [...new Set(row.tool_call_names)];
      return (tools.length > 0 ? tools : ['']).map((value) => ({ value, entity }));
    }
    const [map, measure] = dimension === 'costType' ? [row.cost_details, 'costByType'] : [row.usage_details, 'usageByType'];
    const pairs: [string, number | null][] = Object.entries(map).filter(
      ([key]) => key !== 'total' || Object.keys(map).length === 1,
    );
    return (pairs.length > 0 ? pairs : [['', null] as [string, null]]).map(([value, number]) => ({
      value,
      entity: { ...entity, measures: { ...entity.measures, [measure]: number } },
    }));
  });
}

const show = (value: unknown) => JSON.stringify(value === '' ? null : value);

describe.each(VIEWS)('every measure and aggregation of %s', (view) => {
  const { dimensions, measures } = fieldsOf(view);

  // What the second version has no more is asked nowhere here.
  it.each(Object.entries(dimensions).filter(([, { isFormer }]) => !isFormer || view === 'traces'))(
    'by %s',
    async (dimension, field) => {
      const asked = everyMeasure(view, dimension);
      const rows = await ask(view, {
        dimensions: [{ field: dimension }],
        metrics: asked,
        config: { row_limit: 1000 },
        orderBy: [{ field: 'count_count', direction: 'desc' }],
      });
      const groups = Map.groupBy(exploded(view, dimension, field), ({ value }) => show(value));
      expect(rows.map((row) => show(row[dimension])).sort()).toEqual([...groups.keys()].sort());
      for (const row of rows) {
        const entities = groups.get(show(row[dimension]))!.map(({ entity }) => entity);
        expect(differences(row, asked, entities), `${dimension} ${show(row[dimension])}`).toEqual([]);
      }
      const counts = rows.map(({ count_count }) => Number(count_count));
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
    },
  );

  it.each(GRANULARITIES)('by %s, gaps filled, both ends inside', async (granularity) => {
    const asked = everyMeasure(view);
    // A minute's buckets over a day, all others over the whole time; both ends fall on an entity.
    const times = TRUTH[view].map(({ at }) => at).sort((a, b) => a - b);
    const from = times[Math.floor(times.length / 3)]!;
    const to = granularity === 'minute' ? times.find((at) => at > from + 8 * HOUR)! : times.at(-1)!;
    const rows = await ask(view, {
      metrics: asked,
      timeDimension: { granularity },
      config: { row_limit: 1000 },
      fromTimestamp: iso(from),
      toTimestamp: iso(to),
    });
    const inside = TRUTH[view].filter(({ at }) => at >= from && at <= to);
    const groups = Map.groupBy(inside, ({ at }) => startOf(granularity, at));
    const buckets: string[] = [];
    for (let at = Date.parse(startOf(granularity, from)); at <= to / 1000; at = Date.parse(after(granularity, at)))
      buckets.push(new Date(at).toISOString());
    expect(rows.map(({ time_dimension }) => time_dimension)).toEqual(buckets);
    for (const row of rows) {
      const entities = groups.get(String(row.time_dimension)) ?? [];
      expect(differences(row, asked, entities), String(row.time_dimension)).toEqual([]);
    }
    expect(rows.reduce((sum, { count_count }) => sum + Number(count_count), 0)).toBe(inside.length);
  });

  it('of two dimensions over time, by what was asked for first', async () => {
    const asked = everyMeasure(view);
    const [first, second] = ['environment', view === 'traces' ? 'release' : 'name'] as const;
    const rows = await ask(view, {
      dimensions: [{ field: first }, { field: second }],
      metrics: asked,
      timeDimension: { granularity: 'day' },
      orderBy: [
        { field: second, direction: 'desc' },
        { field: 'time_dimension', direction: 'asc' },
      ],
      config: { row_limit: 1000 },
    });
    const groups = Map.groupBy(TRUTH[view], ({ at, dimensions: by }) =>
      [show(by[first]), show(by[second]), startOf('day', at)].join(' '),
    );
    const keyOf = (row: MetricsRow) => [show(row[first]), show(row[second]), row.time_dimension].join(' ');
    expect(rows.map(keyOf).sort()).toEqual([...groups.keys()].sort());
    for (const row of rows) expect(differences(row, asked, groups.get(keyOf(row))!), keyOf(row)).toEqual([]);
    const order = rows.map((row) => String(row[second] ?? ''));
    expect(order).toEqual([...order].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
  });

  it('as histograms', async () => {
    const numbers = Object.entries(measures).filter(([, { kind, pairOf }]) => kind === 'number' && pairOf === undefined);
    const asked = numbers.map(([measure]) => ({ measure, aggregation: 'histogram' }));
    for (const bins of [1, 5, 100]) {
      const [row] = await ask(view, { metrics: asked, config: { bins } });
      for (const [measure] of numbers) {
        const known = TRUTH[view].map((entity) => entity.measures[measure]).filter((value) => typeof value === 'number');
        const found = row![`histogram_${measure}`] as [number, number, number][];
        expect(found.length, measure).toBeLessThanOrEqual(bins);
        expect(close6(found.reduce((sum, [, , height]) => sum + height, 0)), measure).toBe(known.length);
        expect(found[0]![0], measure).toBeCloseTo(Math.min(...known), 6);
        expect(found.at(-1)![1], measure).toBeCloseTo(Math.max(...known), 6);
        found.forEach(([lower, upper], i) => {
          expect(upper).toBeGreaterThanOrEqual(lower);
          if (i > 0) expect(lower).toBe(found[i - 1]![1]);
        });
      }
    }
  });

  it('and no aggregation else', () => {
    const known = new Set([...everyMeasure(view).map(({ aggregation }) => aggregation), 'histogram']);
    expect(known).toEqual(new Set(view === 'scores-categorical' ? [...OF_NUMBERS, 'histogram'] : AGGREGATIONS));
  });
});

describe('each measure beside a statement written by hand', () => {
  const ofSteps = (expression: string) =>
    `SELECT ${expression} AS v FROM observations FINAL WHERE project_id = 'p' AND type != 'TRACE'`;
  const part = (map: string, word: string) =>
    `arraySum(arrayFilter((v, k) -> k LIKE '%${word}%', mapValues(${map}), mapKeys(${map})))`;
  const ms = (from: string, to: string) => `dateDiff('microsecond', ${from}, ${to}) / 1000`;
  const ofTraces = (expression: string) =>
    `SELECT ${expression} AS v FROM (SELECT trace_id, groupUniqArrayIf(user_id, user_id != '') AS users,
       groupUniqArrayIf(session_id, session_id != '') AS sessions, countIf(type != 'TRACE') AS steps,
       sumIf(total_tokens, type != 'TRACE') AS tokens, sumIf(total_cost, type != 'TRACE') AS cost,
       minIf(start_time, type != 'TRACE') AS began, maxIf(ifNull(end_time, start_time), type != 'TRACE') AS ended,
       countIf(type != 'TRACE' AND end_time IS NOT NULL) AS finished
     FROM observations FINAL WHERE project_id = 'p' GROUP BY trace_id)`;
  const ofScores = (expression: string, types: string) =>
    `SELECT ${expression} AS v FROM scores FINAL WHERE project_id = 'p' AND data_type IN (${types})`;
  const scoresOf = (table: string) =>
    `SELECT count() AS v FROM scores FINAL WHERE project_id = 'p' AND data_type != 'CORRECTION' AND ${table}`;

  it.each<[MetricView, string, string, string]>([
    ['observations', 'count', 'count', ofSteps('count()')],
    ['observations', 'latency', 'sum', ofSteps(`sum(${ms('start_time', 'end_time')})`)],
    ['observations', 'streamingLatency', 'avg', ofSteps(`avg(${ms('completion_start_time', 'end_time')})`)],
    ['observations', 'timeToFirstToken', 'max', ofSteps(`max(${ms('start_time', 'completion_start_time')})`)],
    ['observations', 'inputTokens', 'sum', ofSteps('sum(input_tokens)')],
    ['observations', 'outputTokens', 'sum', ofSteps('sum(output_tokens)')],
    ['observations', 'totalTokens', 'avg', ofSteps('avg(total_tokens)')],
    [
      'observations',
      'outputTokensPerSecond',
      'avg',
      ofSteps(
        `avgIf(output_tokens * 1000 / assumeNotNull(${ms('completion_start_time', 'end_time')}), end_time > completion_start_time)`,
      ),
    ],
    [
      'observations',
      'tokensPerSecond',
      'avg',
      ofSteps(`avgIf(total_tokens * 1000 / assumeNotNull(${ms('start_time', 'end_time')}), end_time > start_time)`),
    ],
    ['observations', 'inputCost', 'sum', ofSteps(`sum(${part('cost_details', 'input')})`)],
    ['observations', 'outputCost', 'sum', ofSteps(`sum(${part('cost_details', 'output')})`)],
    ['observations', 'totalCost', 'sum', ofSteps('sum(total_cost)')],
    [
      'observations',
      'countScores',
      'sum',
      scoresOf(
        "(trace_id, observation_id) IN (SELECT trace_id, id FROM observations FINAL WHERE project_id = 'p' AND type != 'TRACE')",
      ),
    ],
    ['observations', 'toolDefinitions', 'sum', ofSteps('sum(length(tool_definitions))')],
    ['observations', 'toolCalls', 'sum', ofSteps('sum(length(tool_calls))')],
    ['observations', 'traceId', 'uniq', ofSteps('count(DISTINCT trace_id)')],
    ['traces', 'count', 'count', ofTraces('count()')],
    ['traces', 'observationsCount', 'sum', ofTraces('sum(steps)')],
    ['traces', 'scoresCount', 'sum', scoresOf("trace_id IN (SELECT trace_id FROM observations FINAL WHERE project_id = 'p')")],
    ['traces', 'latency', 'sum', ofTraces(`sumIf(${ms('began', 'ended')}, finished > 0)`)],
    ['traces', 'totalTokens', 'sum', ofTraces('sum(tokens)')],
    ['traces', 'totalCost', 'sum', ofTraces('sum(ifNull(cost, 0))')],
    ['traces', 'uniqueUserIds', 'count', ofTraces('countIf(notEmpty(users))')],
    ['traces', 'uniqueSessionIds', 'count', ofTraces('countIf(notEmpty(sessions))')],
    ['scores-numeric', 'count', 'count', ofScores('count()', "'NUMERIC', 'BOOLEAN'")],
    ['scores-numeric', 'value', 'avg', ofScores('avg(value)', "'NUMERIC', 'BOOLEAN'")],
    ['scores-boolean', 'value', 'sum', ofScores('sum(value)', "'BOOLEAN'")],
    ['scores-boolean', 'count', 'count', ofScores('count()', "'BOOLEAN'")],
    ['scores-categorical', 'count', 'count', ofScores('count()', "'CATEGORICAL'")],
  ])('%s %s %s', async (view, measure, aggregation, sql) => {
    const [row] = await ask(view, { metrics: [{ measure, aggregation }] });
    const [byHand] = await store.query<{ v: number }>(sql, {});
    expect(Number(byHand!.v)).toBeGreaterThan(0);
    expect(close6(row![`${aggregation}_${measure}`])).toBe(close6(Number(byHand!.v)));
  });
});

const HOUR = 3600e6;
const iso = (at: number) => `${new Date(Math.floor(at / 1000)).toISOString().slice(0, -1)}${String(at % 1000).padStart(3, '0')}Z`;

/** Start of the bucket of a time in microseconds, in UTC; weeks begin on Mondays. */
function startOf(granularity: Granularity, at: number): string {
  const date = new Date(Math.floor(at / 1000));
  date.setUTCSeconds(0, 0);
  if (granularity !== 'minute') date.setUTCMinutes(0);
  if (granularity !== 'minute' && granularity !== 'hour') date.setUTCHours(0);
  if (granularity === 'week') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  if (granularity === 'month') date.setUTCDate(1);
  return date.toISOString();
}

/** Start of the bucket after the one that starts at a time in milliseconds. */
function after(granularity: Granularity, start: number): string {
  const date = new Date(start);
  if (granularity === 'minute') date.setUTCMinutes(date.getUTCMinutes() + 1);
  if (granularity === 'hour') date.setUTCHours(date.getUTCHours() + 1);
  if (granularity === 'day') date.setUTCDate(date.getUTCDate() + 1);
  if (granularity === 'week') date.setUTCDate(date.getUTCDate() + 7);
  if (granularity === 'month') date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toISOString();
}
