import { afterAll, beforeAll, expect, it } from 'vitest';
import { queryMetrics } from '../../../contract/api/metrics.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { type Facts, randomFacts } from '../../query/testing/random-facts.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { metricsOperations } from './index.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
const facts: Facts = randomFacts('p', 40, 3);

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert(facts);
});
afterAll(() => close());

const range = { fromTimestamp: '2026-02-01T00:00:00Z', toTimestamp: '2026-04-01T00:00:00Z' };
const metrics = [{ measure: 'count', aggregation: 'count' }];
async function ask(question: object, projectId = 'p') {
  const [{ handle }] = metricsOperations({ store }) as [ReturnType<typeof metricsOperations>[number]];
  const given = queryMetrics.input.parse({ projectId, ...range, metrics, ...question });
  return queryMetrics.output.parse(await handle(given as never, {} as never)).data;
}

it('answers in the language of the second version', async () => {
  const steps = facts.observations.filter(({ type }) => type !== 'TRACE');
  const counts = new Map<string, number>();
  for (const { type } of steps) counts.set(type, (counts.get(type) ?? 0) + 1);
  const rows = await ask({ view: 'observations', dimensions: [{ field: 'type' }] });
  expect(new Map(rows.map((row) => [row.type, row.count_count]))).toEqual(counts);
  expect(await ask({ view: 'observations' }, 'q')).toEqual([{ count_count: 0 }]);
});

it.each([
  ['a view of the first version', { view: 'traces' }],
  ['an unknown dimension', { view: 'observations', dimensions: [{ field: 'nothing' }] }],
  ['an unknown measure', { view: 'observations', metrics: [{ measure: 'nothing', aggregation: 'sum' }] }],
])('%s is a 400', async (_name, question) => {
  await expect(ask(question)).rejects.toMatchObject({ status: 400 });
});
