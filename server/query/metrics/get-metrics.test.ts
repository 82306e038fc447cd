import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MetricsQuery, type MetricView, metricsQuery } from '../../../contract/metrics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { aggregate, close6, type Entity, facts, folds, OF_NUMBERS, steps, TRUTH, traces } from '../testing/metric-truth.ts';
import { openTestStore } from '../testing/open-store.ts';
import { randomFacts } from '../testing/random-facts.ts';
import type { MetricsVersion } from './field.ts';
import { getMetrics } from './get-metrics.ts';
import { fieldsOf } from './views.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ store, close } = await openTestStore());
  // The same ids with other contents: whatever leaks changes every number.
  const foreign = randomFacts('q', 70, 12);
  await store.insert(facts);
  await store.insert(foreign);
});
afterAll(() => close());

const WHOLE = { fromTimestamp: '2026-02-01T00:00:00Z', toTimestamp: '2026-04-01T00:00:00Z' };
const ask = (question: Record<string, unknown>, version: MetricsVersion = 1, projectId = 'p') =>
  getMetrics(store, projectId, metricsQuery.parse({ ...WHOLE, ...question }) as MetricsQuery, version);

describe.each(Object.keys(TRUTH) as MetricView[])('in the view %s', (view) => {
  const version = view === 'traces' ? 1 : 2;
  const { dimensions, measures } = fieldsOf(view);

  it('every measure with every aggregation is what the rows say', async () => {
    const asked = Object.entries(measures)
      .filter(([, { pairOf }]) => pairOf === undefined)
      .flatMap(([measure, { kind }]) =>
        (kind === 'number' ? OF_NUMBERS : (['count', 'uniq'] as const)).map((aggregation) => ({ measure, aggregation })),
      );
    expect(asked.length).toBeGreaterThan(9);
    const [row, ...more] = await ask({ view, metrics: asked }, version);
    expect(more).toEqual([]);
    const wanted = asked.map(({ measure, aggregation }) => {
      const values = TRUTH[view].map((entity) => entity.measures[measure]!);
      return [`${aggregation}_${measure}`, close6(aggregate(aggregation, values))];
    });
    expect(Object.entries(row!).map(([key, value]) => [key, close6(value)])).toEqual(wanted);
    expect(row!.count_count).toBe(TRUTH[view].length);
  });

  it('every dimension groups by what the rows say', async () => {
    for (const [field, { explode, isFormer }] of Object.entries(dimensions)) {
      if (explode || (isFormer && version === 2)) continue;
      const metrics = [{ measure: 'count', aggregation: 'count' }];
      const rows = await ask(
        {
          view,
          dimensions: [{ field }],
          metrics,
          config: { row_limit: 1000 },
          orderBy: [{ field: 'count_count', direction: 'desc' }],
        },
        version,
      );
      const show = (value: unknown) => JSON.stringify(value === '' ? null : value);
      const groups = Map.groupBy(TRUTH[view], (entity) => show(entity.dimensions[field]));
      const counted = new Map(rows.map((row) => [show(row[field]), row.count_count]));
      expect(counted, field).toEqual(new Map([...groups].map(([value, entities]) => [value, entities.length])));
      expect(rows.length, field).toBe(groups.size);
    }
  });

  it('another project has its own numbers, and an unknown one none', async () => {
    const metrics = [{ measure: 'count', aggregation: 'count' }];
    const [foreign] = await ask({ view, metrics }, version, 'q');
    expect(foreign!.count_count).not.toBe(TRUTH[view].length);
    expect(foreign!.count_count).toBeGreaterThan(0);
    expect(await ask({ view, metrics }, version, 'nobody')).toEqual([{ count_count: 0 }]);
  });
});

describe('lists', () => {
  it('count a step once for every tool', async () => {
    const rows = await ask({
      view: 'observations',
      dimensions: [{ field: 'toolNames' }],
      metrics: [{ measure: 'count', aggregation: 'count' }],
    });
    const count = (tool: string) => facts.observations.filter(({ tool_definitions }) => tool in tool_definitions).length;
    const without = facts.observations.filter(
      ({ type, tool_definitions }) => type !== 'TRACE' && Object.keys(tool_definitions).length === 0,
    );
    expect(rows).toEqual([
      { toolNames: null, count_count: without.length },
      { toolNames: 'search', count_count: count('search') },
      { toolNames: 'mail', count_count: count('mail') },
    ]);
  });

  it.each([
    ['usageType', 'usageByType', 'usage_details'],
    ['costType', 'costByType', 'cost_details'],
  ] as const)('give %s with its number, without the total of the others', async (dimension, measure, column) => {
    const rows = await ask(
      {
        view: 'observations',
        dimensions: [{ field: dimension }],
        metrics: [{ measure, aggregation: 'sum' }],
        filters: [{ type: 'stringOptions', column: 'type', operator: 'any of', value: ['GENERATION'] }],
      },
      2,
    );
    const sums: Record<string, number> = {};
    for (const row of facts.observations) {
      if (row.type !== 'GENERATION') continue;
      for (const [key, value] of Object.entries(row[column])) if (key !== 'total') sums[key] = (sums[key] ?? 0) + value;
    }
    const found = Object.fromEntries(rows.map((row) => [row[dimension], row[`sum_${measure}`]]));
    expect(found).toMatchObject(sums);
    expect(Object.keys(sums)).toContain('input_cached_tokens');
    expect(new Set(Object.keys(found))).toEqual(new Set([...Object.keys(sums), ...('null' in found ? ['null'] : [])]));
    expect('total' in found).toBe(false);
  });
});

it('a histogram covers every value, in as many bins as asked for', async () => {
  const question = { view: 'observations', metrics: [{ measure: 'latency', aggregation: 'histogram' }] };
  const [row] = await ask({ ...question, config: { bins: 4 } });
  const bins = row!.histogram_latency as [number, number, number][];
  const known = steps.map(({ measures }) => measures.latency).filter((value) => value !== null) as number[];
  expect(bins).toHaveLength(4);
  expect(bins[0]![0]).toBe(Math.min(...known));
  expect(bins[3]![1]).toBe(Math.max(...known));
  expect(bins.reduce((sum, [, , height]) => sum + height, 0)).toBeCloseTo(known.length, 6);
  expect((await ask(question))[0]!.histogram_latency).toHaveLength(10);
});

describe('over time', () => {
  const metrics = [
    { measure: 'count', aggregation: 'count' },
    { measure: 'latency', aggregation: 'avg' },
  ];
  it('every hour before the last has a row, also the empty ones, in order', async () => {
    const range = { fromTimestamp: '2026-02-28T22:30:00Z', toTimestamp: '2026-03-02T12:00:00.000Z' };
    const rows = await ask({ view: 'observations', metrics, timeDimension: { granularity: 'auto' }, ...range });
    const [from, to] = [Date.parse(range.fromTimestamp), Date.parse(range.toTimestamp)];
    const inside = steps.filter(({ at }) => at >= from * 1000 && at <= to * 1000);
    const wanted = [];
    for (let hour = Date.parse('2026-02-28T22:00:00Z'); hour <= to; hour += 3600e3) {
      const latencies = inside
        .filter(({ at }) => Math.floor(at / 3600e6) * 3600e3 === hour)
        .map((step) => step.measures.latency!);
      wanted.push([new Date(hour).toISOString(), latencies.length, close6(aggregate('avg', latencies))]);
    }
    // The hour that the range ends in is there only when it has something.
    if (wanted.at(-1)![1] === 0) wanted.pop();
    expect(rows.map((row) => [row.time_dimension, row.count_count, close6(row.avg_latency)])).toEqual(wanted);
    expect(wanted[0]).toEqual(['2026-02-28T22:00:00.000Z', 0, null]);
    expect(inside.length).toBeGreaterThan(50);
  });

  it('both ends of the range are inside', async () => {
    const iso = (at: number) => `${new Date(at / 1000).toISOString().slice(0, -1)}${String(at % 1000).padStart(3, '0')}Z`;
    const at = steps.map((step) => step.at).sort((a, b) => a - b);
    const [row] = await ask({ view: 'observations', metrics, fromTimestamp: iso(at[0]!), toTimestamp: iso(at.at(-1)!) });
    expect(row!.count_count).toBe(steps.length);
  });

  it.each([
    ['day', '2026-03-01T00:00:00.000Z', '2026-03-31T00:00:00.000Z', 31],
    ['week', '2026-02-23T00:00:00.000Z', '2026-03-30T00:00:00.000Z', 6],
    ['month', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', 1],
  ])('by %s from the start of the first', async (granularity, start, end, length) => {
    const range = { fromTimestamp: '2026-03-01T00:00:00Z', toTimestamp: '2026-03-31T23:59:59Z' };
    for (const view of ['traces', 'scores-numeric'] as const) {
      const question = { view, metrics: metrics.slice(0, 1), timeDimension: { granularity }, ...range };
      const rows = await ask(question);
      const hasEnd = rows.at(-1)!.time_dimension === end;
      expect(rows).toHaveLength(hasEnd ? length : length - 1);
      if (hasEnd) expect(rows.at(-1)!.count_count).toBeGreaterThan(0);
      expect(rows[0]!.time_dimension).toBe(start);
      const inside = TRUTH[view].filter(({ at }) => at >= Date.parse(range.fromTimestamp) * 1000);
      expect(rows.reduce((sum, row) => sum + Number(row.count_count), 0)).toBe(inside.length);
    }
  });

  it('gaps stay when an order is asked for', async () => {
    const orderBy = [{ field: 'count_count', direction: 'desc' }];
    const rows = await ask({ view: 'traces', metrics: metrics.slice(0, 1), timeDimension: { granularity: 'hour' }, orderBy });
    const counts = rows.map((row) => Number(row.count_count));
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts.reduce((a, b) => a + b)).toBe(traces.length);
  });

  it('a limit counts filled rows too', async () => {
    const question = { view: 'observations', metrics, timeDimension: { granularity: 'hour' } };
    expect(await ask(question, 2)).toHaveLength(100);
    const rows = await ask({ ...question, config: { row_limit: 7 } });
    expect(rows.map((row) => row.time_dimension)).toEqual([...Array(7).keys()].map((h) => `2026-02-01T0${h}:00:00.000Z`));
  });
});

describe('filters', () => {
  const count = async (view: MetricView, ...filters: unknown[]) =>
    (await ask({ view, metrics: [{ measure: 'count', aggregation: 'count' }], filters }))[0]!.count_count;
  const of = (view: MetricView, test: (entity: Entity) => boolean) => TRUTH[view].filter(test).length;

  it('look at dimensions as they are grouped', async () => {
    expect(await count('observations', { type: 'string', column: 'traceRelease', operator: '=', value: 'r1' })).toBe(
      of('observations', ({ dimensions }) => dimensions.traceRelease === 'r1'),
    );
    expect(
      await count('scores-numeric', { type: 'stringOptions', column: 'userId', operator: 'any of', value: ['user-1'] }),
    ).toBe(of('scores-numeric', ({ dimensions }) => dimensions.userId === 'user-1'));
    expect(await count('scores-boolean', { type: 'boolean', column: 'booleanValue', operator: '=', value: true })).toBe(
      of('scores-boolean', ({ dimensions }) => dimensions.booleanValue === true),
    );
    expect(await count('traces', { type: 'arrayOptions', column: 'tags', operator: 'all of', value: ['a', 'ü'] })).toBe(
      of('traces', ({ dimensions }) => ['a', 'ü'].every((tag) => (dimensions.tags as string[]).includes(tag))),
    );
  });

  it('look at the columns of the list, latency in seconds', async () => {
    expect(await count('observations', { type: 'number', column: 'latency', operator: '>', value: 300 })).toBe(
      of('observations', ({ measures }) => Number(measures.latency) > 300_000),
    );
    expect(await count('observations', { type: 'arrayOptions', column: 'toolNames', operator: 'any of', value: ['mail'] })).toBe(
      facts.observations.filter(({ tool_definitions }) => 'mail' in tool_definitions).length,
    );
    const gold = { type: 'stringObject', column: 'metadata', key: 'tier', operator: '=', value: 'gold' };
    expect(await count('traces', gold)).toBe([...folds.values()].filter(({ metadata }) => metadata.tier === 'gold').length);
    expect(await count('scores-numeric', { ...gold, key: 'judge', value: 'm1' })).toBe(
      facts.scores.filter(({ metadata, data_type }) => metadata.judge === 'm1' && /NUM|BOOL/.test(data_type)).length,
    );
  });
});

describe('refuses with the name of the field', () => {
  const metrics = [{ measure: 'count', aggregation: 'count' }];
  const good = { view: 'observations', metrics };
  const top = {
    ...good,
    dimensions: [{ field: 'userId' }],
    config: { row_limit: 3 },
    orderBy: [{ field: 'count_count', direction: 'desc' }],
  };
  it.each([
    ['dimensions[0].field: "nope"', { ...good, dimensions: [{ field: 'nope' }] }, 1],
    ['dimensions[0].field: "costType"', { ...good, dimensions: [{ field: 'costType' }] }, 1],
    ['dimensions[0].field: "constructor"', { ...good, dimensions: [{ field: 'constructor' }] }, 1],
    ['metrics[1].measure: "nope"', { ...good, metrics: [...metrics, { measure: 'nope', aggregation: 'sum' }] }, 1],
    ['metrics[0].measure: "value"', { view: 'scores-categorical', metrics: [{ measure: 'value', aggregation: 'sum' }] }, 1],
    ['metrics[0].aggregation: "traceId"', { ...good, metrics: [{ measure: 'traceId', aggregation: 'sum' }] }, 2],
    ['metrics[0].measure: "costByType"', { ...good, metrics: [{ measure: 'costByType', aggregation: 'sum' }] }, 2],
    ['view: "traces"', { ...good, view: 'traces' }, 2],
    ['orderBy[0].field: "sum_totalCost"', { ...good, orderBy: [{ field: 'sum_totalCost', direction: 'asc' }] }, 1],
    ['orderBy[0].field: "time_dimension"', { ...good, orderBy: [{ field: 'time_dimension', direction: 'asc' }] }, 1],
    [
      'timeDimension.granularity: minute',
      { ...good, timeDimension: { granularity: 'minute' }, fromTimestamp: '2025-01-01T00:00:00Z' },
      1,
    ],
    ['filters[0]: Unknown column "nope"', { ...good, filters: [{ type: 'null', column: 'nope', operator: 'is null' }] }, 1],
    ['filters[0]: Column "level"', { ...good, filters: [{ type: 'number', column: 'level', operator: '=', value: 1 }] }, 1],
    [
      'of type stringObject',
      { ...good, filters: [{ type: 'numberObject', column: 'metadata', key: 'a', operator: '=', value: 1 }] },
      1,
    ],
    ['of type arrayOptions', { ...good, filters: [{ type: 'string', column: 'tags', operator: '=', value: 'a' }] }, 1],
    ['config.row_limit', { ...top, config: {} }, 2],
    ['orderBy: ', { ...top, orderBy: null }, 2],
    ['orderBy: ', { ...top, orderBy: [{ field: 'count_count', direction: 'asc' }] }, 2],
    ['timeDimension: ', { ...top, timeDimension: { granularity: 'day' } }, 2],
  ] as const)('%s', async (message, question, version) => {
    await expect(ask(question, version)).rejects.toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  it('but answers the top of a dimension with many values', async () => {
    const rows = await ask(top, 2);
    const groups = Map.groupBy(steps, ({ dimensions }) => dimensions.userId as string);
    const largest = [...groups.values()].map((all) => all.length).sort((a, b) => b - a);
    expect(rows.map((row) => row.count_count)).toEqual(largest.slice(0, 3));
  });
});

describe('steps that tell again what another one tells', () => {
  const call = (projectId: string, id: string, more: Partial<ObservationRow>): ObservationRow => ({
    ...emptyObservation(projectId, 'trace', id),
    type: 'GENERATION',
    model: 'gpt-4o',
    start_time: Date.parse('2026-03-01T12:00:00Z') * 1000,
    input_tokens: 1000,
    output_tokens: 100,
    total_tokens: 1100,
    usage_details: { input: 1000, output: 100, total: 1100 },
    cost_details: { input: 0.0025, output: 0.001, total: 0.0035 },
    total_cost: 0.0035,
    row_version: 1,
    ...more,
  });

  it.each([
    ['agent first', ['agent', 'call']],
    ['call first', ['call', 'agent']],
  ])('count once, %s', async (name, order) => {
    const project = `repeats of ${name}`;
    const rows: Record<string, ObservationRow> = {
      agent: call(project, 'agent', { type: 'AGENT' }),
      call: call(project, 'call', { parent_id: 'agent' }),
    };
    for (const id of order) await store.insert({ observations: [rows[id]!] });
    const metrics = ['totalCost', 'inputCost', 'outputCost', 'inputTokens', 'outputTokens', 'totalTokens'].flatMap((measure) => [
      { measure, aggregation: 'sum' },
      { measure, aggregation: 'count' },
    ]);
    const [row] = await ask({ view: 'observations', metrics }, 2, project);
    expect(row).toEqual({
      sum_totalCost: 0.0035,
      count_totalCost: 1,
      sum_inputCost: 0.0025,
      count_inputCost: 1,
      sum_outputCost: 0.001,
      count_outputCost: 1,
      sum_inputTokens: 1000,
      count_inputTokens: 1,
      sum_outputTokens: 100,
      count_outputTokens: 1,
      sum_totalTokens: 1100,
      count_totalTokens: 1,
    });
    const dimensions = [{ field: 'usageType' }];
    const usage = await ask(
      { view: 'observations', dimensions, metrics: [{ measure: 'usageByType', aggregation: 'sum' }] },
      2,
      project,
    );
    expect(Object.fromEntries(usage.map((one) => [one.usageType, one.sum_usageByType]))).toMatchObject({
      input: 1000,
      output: 100,
    });
    const [trace] = await ask({ view: 'traces', metrics: [{ measure: 'totalCost', aggregation: 'sum' }] }, 1, project);
    expect(trace).toEqual({ sum_totalCost: 0.0035 });
  });
});
