import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnalyticsStore } from '../store/analytics/port.ts';
import { emptyObservation, type ObservationRow } from '../store/analytics/rows.ts';
import { getTrace } from './get-trace.ts';
import { listTraceObservations } from './list-trace-observations.ts';
import { openTestStore } from './testing/open-store.ts';

const START = Date.parse('2026-05-04T12:00:00Z') * 1000;
let store: AnalyticsStore;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ store, close } = await openTestStore());
});
afterAll(() => close());

const row = (id: string, parent: string, type: ObservationRow['type']): ObservationRow => ({
  ...emptyObservation('p', 't', id),
  ...{
    type,
    parent_id: parent,
    name: id,
    start_time: START,
    end_time: START + 1e6,
    row_version: 1,
    via: 'otlp-http',
    model: 'gpt-4o',
  },
  ...{ usage_details: { input: 1000, output: 100, total: 1100 }, input_tokens: 1000, output_tokens: 100, total_tokens: 1100 },
  ...{ cost_details: { input: 0.0025, output: 0.001, total: 0.0035 }, total_cost: 0.0035 },
});

it('shows a step that says again what its call says as it was sent, marked, and counts both once, hours apart', async () => {
  await store.insert({ observations: [row('agent', '', 'AGENT')] });
  const details = async () => (await listTraceObservations(store, () => null, 'p', 't', { limit: 10 }))!.data;
  expect((await details()).map(({ id, repeat }) => [id, repeat])).toEqual([['agent', null]]);
  await store.insert({ observations: [row('call', 'agent', 'GENERATION')] });
  expect(await getTrace(store, 'p', 't')).toMatchObject({ totalTokens: 1100, totalCost: 0.0035 });
  const [agent, call] = await details();
  expect(agent).toMatchObject({ id: 'agent', totalTokens: 1100, totalCost: 0.0035 });
  expect(agent!.repeat).toEqual({
    of: 'call',
    reason: expect.stringMatching(/^(same counts|sum of descendants)$/),
    usage: true,
    cost: true,
  });
  expect(call).toMatchObject({ id: 'call', repeat: null, totalTokens: 1100, totalCost: 0.0035 });
});
