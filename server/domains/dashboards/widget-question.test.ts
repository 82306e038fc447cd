import { afterAll, beforeAll, expect, it } from 'vitest';
import { getMetrics } from '../../query/metrics/get-metrics.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { randomFacts } from '../../query/testing/random-facts.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { checkChart } from './check-chart.ts';
import { type Chart, widgetQuestion } from './widget-question.ts';

const facts = randomFacts('p', 60, 5);
/** A row that says only what the trace is, is no observation. */
const steps = facts.observations.filter(({ type }) => type !== 'TRACE');
const RANGE = { from: '2026-02-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

let store: AnalyticsStore;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert(facts);
});
afterAll(() => close());

const chart = (chartType: Chart['chartType'], more: Partial<Chart> = {}): Chart => ({
  view: 'observations',
  dimensions: [],
  metrics: [{ measure: 'count', agg: 'count' }],
  filters: [],
  chartType,
  chartConfig: { type: chartType },
  ...more,
});
/** What a chart that was accepted shows. */
const draw = (drawn: Chart) => {
  checkChart(drawn);
  return getMetrics(store, 'p', widgetQuestion(drawn, RANGE), 2);
};
const countBy = (key: 'level' | 'type') => {
  const counts = Map.groupBy(steps, (row) => row[key]);
  return [...counts].map(([name, rows]) => [name, rows.length] as const).sort((a, b) => b[1] - a[1]);
};

it('a number is one row', async () => {
  expect(await draw(chart('NUMBER'))).toEqual([{ count_count: steps.length }]);
});

it('bars and slices come largest first, as many as asked for', async () => {
  const rows = await draw(chart('PIE', { dimensions: [{ field: 'type' }] }));
  expect(rows.map((row) => row.count_count)).toEqual(countBy('type').map(([, count]) => count));
  const most = await draw(
    chart('HORIZONTAL_BAR', { dimensions: [{ field: 'type' }], chartConfig: { type: 'HORIZONTAL_BAR', row_limit: 2 } }),
  );
  expect(most).toEqual(rows.slice(0, 2));
});

it('a series has all its buckets, and their counts add up', async () => {
  const rows = await draw(chart('LINE_TIME_SERIES'));
  const times = rows.map((row) => Date.parse(String(row.time_dimension)));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(rows.reduce((sum, row) => sum + Number(row.count_count), 0)).toBe(steps.length);
});

it('a histogram has its bins', async () => {
  const metrics: Chart['metrics'] = [{ measure: 'latency', agg: 'histogram' }];
  const [row] = await draw(chart('HISTOGRAM', { metrics, chartConfig: { type: 'HISTOGRAM', bins: 4 } }));
  const bins = row!.histogram_latency as [number, number, number][];
  expect(bins.length).toBeGreaterThan(0);
  expect(bins.length).toBeLessThanOrEqual(4);
});

it('a pivot table is sorted as it says', async () => {
  const rows = await draw(
    chart('PIVOT_TABLE', {
      dimensions: [{ field: 'level' }, { field: 'type' }],
      chartConfig: { type: 'PIVOT_TABLE', defaultSort: { column: 'count_count', order: 'ASC' } },
    }),
  );
  const counts = rows.map((row) => Number(row.count_count));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(rows.length).toBe(new Set(steps.map(({ level, type }) => `${level} ${type}`)).size);
});

it('the filter counts', async () => {
  const filters: Chart['filters'] = [{ type: 'stringOptions', column: 'level', operator: 'any of', value: ['ERROR'] }];
  const errors = steps.filter(({ level }) => level === 'ERROR').length;
  expect(await draw(chart('NUMBER', { filters }))).toEqual([{ count_count: errors }]);
});
