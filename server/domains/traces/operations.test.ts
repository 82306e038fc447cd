import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as api from '../../../contract/api/traces.ts';
import type { InputOf, Operation, OutputOf } from '../../../contract/operation.ts';
import type { Caller, Implemented } from '../../lib/implement.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { ORIGIN, randomFacts, SECOND } from '../../query/testing/random-facts.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation } from '../../store/analytics/rows.ts';
import { type AcceptTraceUpdate, traceOperations } from './index.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
let operations: Implemented[];
const updates: Parameters<AcceptTraceUpdate>[] = [];
const caller: Caller = {
  kind: 'user',
  userId: 'u1',
  publicKey: null,
  projectId: 'mine',
  organisationId: 'o',
  role: 'MEMBER',
  requestId: 'r',
};

const whole = {
  ...emptyObservation('mine', 'whole', 'step'),
  type: 'GENERATION' as const,
  name: 'call',
  start_time: ORIGIN + 123_456,
  end_time: ORIGIN + 3 * SECOND,
  completion_start_time: ORIGIN + SECOND + 123_456,
  input: '{"messages":[]}',
  output: 'not {json',
  metadata: { 'a.b': '1', c: 'text' },
  model: 'gpt-4o',
  model_parameters: '{"temperature":1}',
  usage_details: { input: 3, total: 3 },
  cost_details: { input: 0.5, total: 0.5 },
  total_cost: 0.5,
  price_model_id: 'm-1',
  price_model_name: 'gpt-4o',
  price_tier_id: 't-1',
  price_tier_name: 'Standard',
  events: JSON.stringify([{ name: 'exception', time: '2026-03-01T00:00:01.000Z', attributes: { 'exception.message': 'boom' } }]),
  links: JSON.stringify([{ traceId: 'x', spanId: 'y', attributes: {} }]),
  tool_definitions: { search: '{"description":"Finds","parameters":"{\\"type\\":\\"object\\"}"}' },
  tool_call_names: ['search'],
  tool_calls: ['{"id":"c1","name":"search","arguments":"{\\"q\\":1}","type":"function","index":0}'],
  via: 'otlp-http' as const,
  scope_name: 'scope',
  service_name: 'shop',
  user_id: 'bob',
  created_at: ORIGIN,
  row_version: 1,
};

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert(randomFacts('mine', 20, 3));
  await store.insert({
    observations: [
      whole,
      { ...whole, id: 'second', parent_id: 'step', user_id: '', start_time: ORIGIN + 2 * SECOND, price_model_id: '' },
    ],
  });
  operations = traceOperations({
    store,
    findPrices: (_project, model, tier) => (model === 'm-1' && tier === 't-1' ? { input: 0.25 } : null),
    acceptTraceUpdate: async (...update) => void updates.push(update),
  });
});
afterAll(() => close());

/** Calls an operation as the surface does: input and output go through the declared schemas. */
async function call<Op extends Operation>(operation: Op, input: InputOf<Op>): Promise<OutputOf<Op>> {
  const implemented = operations.find((each) => each.operation === operation)!;
  const output = await implemented.handle(operation.input.parse(input) as never, caller);
  return operation.output.parse(output) as OutputOf<Op>;
}

describe('trace operations', () => {
  it('implement everything that is declared', () => {
    const declared = Object.values(api).filter((value): value is Operation & typeof api.listTraces => 'path' in Object(value));
    expect(declared).toHaveLength(9);
    expect(new Set(operations.map(({ operation }) => operation))).toEqual(new Set(declared));
  });

  it('answer what their schemas say', async () => {
    const scope = { projectId: 'mine', from: '2026-02-01T00:00:00Z', to: '2026-04-01T02:00:00+02:00' };
    const { data } = await call(api.listTraces, { ...scope, limit: 50 });
    expect(data).toHaveLength(21);
    expect((await call(api.listObservations, { ...scope, search: 'refund' })).data.length).toBeGreaterThan(3);
    expect(
      (await call(api.listFacets, { ...scope, list: 'traces', columns: ['name', 'traceTags'] })).facets.map(
        ({ column }) => column,
      ),
    ).toEqual(['name', 'tags']);
    expect((await call(api.getHistogram, { ...scope, list: 'traces', buckets: 10 })).buckets.length).toBeLessThanOrEqual(10);
    for (const { id } of data) expect((await call(api.getTrace, { projectId: 'mine', traceId: id })).id).toBe(id);
  });

  it('show one step whole', async () => {
    const step = await call(api.getObservation, { projectId: 'mine', traceId: 'whole', observationId: 'step' });
    expect(step).toMatchObject({
      id: 'step',
      startTime: '2026-03-01T00:00:00.123Z',
      endTime: '2026-03-01T00:00:03.000Z',
      latency: 2.876544,
      timeToFirstToken: 1,
      input: { messages: [] },
      output: 'not {json',
      metadata: { a: { b: 1 }, c: 'text' },
      modelParameters: { temperature: 1 },
      price: {
        modelId: 'm-1',
        modelName: 'gpt-4o',
        tierName: 'Standard',
        prices: { input: 0.25 },
        provided: false,
        usageEstimated: false,
      },
      events: [{ name: 'exception', attributes: { 'exception.message': 'boom' } }],
      links: [{ traceId: 'x', spanId: 'y' }],
      toolDefinitions: [{ name: 'search', description: 'Finds', parameters: { type: 'object' } }],
      toolCalls: [{ id: 'c1', name: 'search', arguments: { q: 1 }, type: 'function', index: 0 }],
      source: { via: 'otlp-http', scopeName: 'scope', serviceName: 'shop', sdkName: null },
      userId: 'bob',
    });
    const first = await call(api.listTraceObservations, { projectId: 'mine', traceId: 'whole', limit: 1 });
    expect(first.data).toEqual([step]);
    const second = await call(api.listTraceObservations, {
      projectId: 'mine',
      traceId: 'whole',
      limit: 1,
      cursor: first.nextCursor!,
    });
    expect(second).toMatchObject({ data: [{ id: 'second', userId: 'bob', price: { prices: {} } }], nextCursor: null });
  });

  it('say what is missing or wrong', async () => {
    const projectId = 'mine';
    await expect(call(api.getTrace, { projectId, traceId: 'nope' })).rejects.toMatchObject({ status: 404 });
    await expect(call(api.getTrace, { projectId: 'other', traceId: 'whole' })).rejects.toMatchObject({ status: 404 });
    await expect(call(api.getObservation, { projectId, traceId: 'whole', observationId: 'nope' })).rejects.toMatchObject({
      status: 404,
    });
    await expect(call(api.getObservation, { projectId, traceId: 'other', observationId: 'step' })).rejects.toMatchObject({
      status: 404,
    });
    await expect(call(api.listTraceObservations, { projectId, traceId: 'nope' })).rejects.toMatchObject({ status: 404 });
    await expect(call(api.listFacets, { projectId, list: 'traces', columns: ['metadata'] })).rejects.toMatchObject({
      status: 400,
    });
    await expect(
      call(api.listTraces, { projectId, from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }),
    ).rejects.toMatchObject({ status: 400 });
    const filter = [{ type: 'number' as const, column: 'userId', operator: '=' as const, value: 1 }];
    await expect(call(api.listTraces, { projectId, filter })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('"userId"'),
    });
  });

  it('hand edits to the door with the trace’s own time', async () => {
    await call(api.updateTrace, { projectId: 'mine', traceId: 'whole', bookmarked: true });
    expect(updates).toEqual([['mine', 'whole', { bookmarked: true, timestamp: '2026-03-01T00:00:00.123456Z' }, 'u1']]);
    await call(api.updateTrace, { projectId: 'mine', traceId: 'whole' });
    expect(updates).toHaveLength(1);
    await expect(call(api.updateTrace, { projectId: 'mine', traceId: 'nope', public: true })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('delete traces at once and count those that were there', async () => {
    expect(await call(api.deleteTraces, { projectId: 'mine', traceIds: ['whole', 'nope'] })).toEqual({ deleted: 1 });
    await expect(call(api.getTrace, { projectId: 'mine', traceId: 'whole' })).rejects.toMatchObject({ status: 404 });
    expect((await call(api.listTraces, { projectId: 'mine' })).data).toHaveLength(20);
  });
});
