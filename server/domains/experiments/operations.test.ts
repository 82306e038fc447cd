import { afterAll, beforeAll, expect, it } from 'vitest';
import * as declared from '../../../contract/api/experiments.ts';
import type { Operation, OutputOf } from '../../../contract/operation.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation } from '../../store/analytics/rows.ts';
import type { RunLinks } from '../datasets/index.ts';
import { createExperiments, experimentOperations } from './index.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
const at = (minute: number) => (Date.parse('2026-05-01T12:00:00Z') + minute * 60_000) * 1000;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  const row = (experiment: string, item: string, minute: number) => ({
    ...emptyObservation('p', `trace-${item}`, `step-${item}`),
    start_time: at(minute),
    end_time: at(minute + 1),
    output: item,
    experiment_id: experiment,
    experiment_name: `name of ${experiment}`,
    experiment_item_id: item,
    experiment_item_root_observation_id: `step-${item}`,
    row_version: 1,
  });
  await store.insert({
    observations: [row('one', 'a', 0), row('one', 'b', 1), row('one', 'c', 2), row('two', 'd', 5)],
    scores: [],
  });
});
afterAll(() => close());

/** Nothing is linked; links have their test with the routes. */
const noLinks: RunLinks = {
  listActivity: async () => [],
  describe: async () => new Map(),
  listOf: async () => [],
  page: async () => [],
  itemsOf: async () => new Map(),
  listDeleted: async () => [],
};

async function ask<Op extends Operation>(operation: Op, input: object): Promise<OutputOf<Op>> {
  const operations = experimentOperations(createExperiments({ store, links: noLinks }));
  const given = operation.input.parse({ projectId: 'p', ...input });
  const { handle } = operations.find((one) => one.operation === operation)!;
  return operation.output.parse(await handle(given as never, {} as never)) as OutputOf<Op>;
}

it('lists experiments by latest activity, whatever their age', async () => {
  const { data, nextCursor } = await ask(declared.listExperiments, {});
  expect(data.map(({ id, itemCount }) => [id, itemCount])).toEqual([
    ['two', 1],
    ['one', 3],
  ]);
  expect(nextCursor).toBeNull();
  expect((await ask(declared.listExperiments, { name: 'name of one' })).data).toMatchObject([{ id: 'one', scores: [] }]);
  expect((await ask(declared.listExperiments, { to: '2026-05-01T12:01:00Z' })).data).toMatchObject([{ id: 'one', itemCount: 1 }]);
});

it('gets one, or says that there is none', async () => {
  expect(await ask(declared.getExperiment, { experimentId: 'one' })).toMatchObject({
    name: 'name of one',
    startTime: '2026-05-01T12:00:00.000Z',
    endTime: '2026-05-01T12:03:00.000Z',
    datasetId: null,
    metadata: {},
  });
  await expect(ask(declared.getExperiment, { experimentId: 'three' })).rejects.toMatchObject({ status: 404 });
  await expect(ask(declared.getExperiment, { experimentId: 'one', projectId: 'q' })).rejects.toMatchObject({ status: 404 });
});

it('pages through its items', async () => {
  const first = await ask(declared.listExperimentItems, { experimentId: 'one', limit: 2 });
  expect(first.data.map(({ output }) => output)).toEqual(['c', 'b']);
  const second = await ask(declared.listExperimentItems, { experimentId: 'one', limit: 2, cursor: first.nextCursor });
  expect(second.data.map(({ output }) => output)).toEqual(['a']);
  expect(second.nextCursor).toBeNull();
  expect((await ask(declared.listExperimentItems, { experimentId: 'one', itemId: 'b' })).data).toHaveLength(1);
});
