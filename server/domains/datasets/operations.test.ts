import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as declared from '../../../contract/api/datasets.ts';
import type { Operation, OutputOf } from '../../../contract/operation.ts';
import type { Caller } from '../../lib/implement.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createDatasetItems, createDatasetRuns, createDatasets, createRunLinks, datasetOperations } from './index.ts';

const clock = { at: Date.parse('2026-05-01T12:00:00.000Z'), now: () => clock.at };
let dataDir: string;
let metadata: MetadataStore;
let operations: ReturnType<typeof datasetOperations>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'telltale-datasets-'));
  metadata = await openMetadata({ dataDir, log: createLogger('silent') });
  await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await metadata.db.insert(tables.projects).values(['p', 'q'].map((id) => ({ id, organisationId: 'o', name: id })));
  const settings = { db: metadata.db, clock };
  operations = datasetOperations({
    datasets: createDatasets(settings),
    items: createDatasetItems(settings),
    runs: createDatasetRuns({ ...settings, findTraceOf: async () => null, findStart: async () => null }),
  });
});
afterAll(async () => {
  await metadata.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Does an operation of project `p` as a key would, by way of its schemas. */
async function call<Op extends Operation>(operation: Op, input: object, projectId = 'p'): Promise<OutputOf<Op>> {
  clock.at += 1000;
  const caller: Caller = {
    kind: 'key',
    userId: null,
    publicKey: 'pk',
    projectId,
    organisationId: 'o',
    role: 'MEMBER',
    requestId: 'r',
  };
  const { handle } = operations.find((one) => one.operation === operation)!;
  return operation.output.parse(await handle(operation.input.parse({ ...input, projectId }) as never, caller)) as OutputOf<Op>;
}

it('a dataset is written, read and listed by its name', async () => {
  const made = await call(declared.upsertDataset, { name: 'folder/a', metadata: { k: [1] }, description: 'first' });
  expect(made).toMatchObject({ name: 'folder/a', metadata: { k: [1] }, description: 'first', inputSchema: null });
  expect(await call(declared.getDataset, { datasetName: 'folder/a' })).toEqual(made);
  expect(await call(declared.listDatasets, {})).toEqual({ data: [made], totalCount: 1 });
  expect(await call(declared.listDatasets, {}, 'q')).toEqual({ data: [], totalCount: 0 });
  await expect(call(declared.getDataset, { datasetName: 'folder/a' }, 'q')).rejects.toMatchObject({ status: 404 });
});

it('many items are written at once, in the order of the list, or none', async () => {
  await call(declared.upsertDataset, { name: 'many' });
  const items = Array.from({ length: 250 }, (_, i) => ({ id: `m${i}`, input: { i }, expectedOutput: i === 7 ? null : `${i}` }));
  const { data } = await call(declared.upsertDatasetItems, { datasetName: 'many', items });
  expect(data.map(({ id, input, expectedOutput }) => [id, input, expectedOutput])).toEqual(
    items.map(({ id, input, expectedOutput }) => [id, input, expectedOutput === null ? null : Number(expectedOutput)]),
  );
  expect((await call(declared.listDatasetItems, { datasetName: 'many', limit: 1 })).totalCount).toBe(250);

  const bad = [{ id: 'm1', input: 'changed' }, { id: 'new', input: 'x' }, { id: 'empty' }];
  await expect(call(declared.upsertDatasetItems, { datasetName: 'many', items: bad })).rejects.toMatchObject({
    status: 400,
    message: 'Dataset item input cannot be null',
  });
  expect((await call(declared.getDatasetItem, { itemId: 'm1' })).input).toEqual({ i: 1 });
  await expect(call(declared.getDatasetItem, { itemId: 'new' })).rejects.toMatchObject({ status: 404 });

  const twice = [1, 2].map((input) => ({ id: 'same', input }));
  await expect(call(declared.upsertDatasetItems, { datasetName: 'many', items: twice })).rejects.toMatchObject({
    status: 400,
    message: 'Two items have the id same.',
  });
  await call(declared.upsertDataset, { name: 'another' });
  const taken = [
    { id: 'free', input: 1 },
    { id: 'm1', input: 1 },
  ];
  await expect(call(declared.upsertDatasetItems, { datasetName: 'another', items: taken })).rejects.toMatchObject({
    status: 409,
  });
  await expect(call(declared.getDatasetItem, { itemId: 'free' })).rejects.toMatchObject({ status: 404 });
  await expect(call(declared.upsertDatasetItems, { datasetName: 'nowhere', items: taken })).rejects.toMatchObject({
    status: 404,
  });
});

it('items that change together keep what they were', async () => {
  await call(declared.upsertDataset, { name: 'changing' });
  await call(declared.upsertDatasetItems, {
    datasetName: 'changing',
    items: ['a', 'b'].map((id) => ({ id, input: 'old', metadata: { id } })),
  });
  const then = new Date(clock.at).toISOString();
  await call(declared.upsertDatasetItems, { datasetName: 'changing', items: [{ id: 'a', input: 'new' }, { input: 'third' }] });
  await call(declared.deleteDatasetItem, { itemId: 'b' });
  const now = await call(declared.listDatasetItems, { datasetName: 'changing' });
  expect(now.data.map(({ input, metadata: said }) => [input, said]).sort()).toEqual([
    ['new', { id: 'a' }],
    ['third', null],
  ]);
  const before = await call(declared.listDatasetItems, { datasetName: 'changing', version: then });
  expect(before.data.map(({ id, input }) => [id, input]).sort()).toEqual([
    ['a', 'old'],
    ['b', 'old'],
  ]);
});

it('a run is made by its first link and deleted with its links', async () => {
  await call(declared.upsertDataset, { name: 'of-runs' });
  await call(declared.upsertDatasetItem, { datasetName: 'of-runs', id: 'item', input: 1 });
  const link = await call(declared.createDatasetRunItem, { runName: 'r', datasetItemId: 'item', traceId: 't' });
  const run = await call(declared.getDatasetRun, { datasetName: 'of-runs', runName: 'r' });
  expect(run).toMatchObject({ id: link.datasetRunId, name: 'r', datasetRunItems: [link] });
  const { datasetRunItems: _, ...listed } = run;
  expect(await call(declared.listDatasetRuns, { datasetName: 'of-runs' })).toEqual({ data: [listed], totalCount: 1 });
  await expect(call(declared.deleteDatasetRun, { datasetName: 'of-runs', runName: 'r' }, 'q')).rejects.toMatchObject({
    status: 404,
  });
  await call(declared.deleteDatasetRun, { datasetName: 'of-runs', runName: 'r' });
  await expect(call(declared.getDatasetRun, { datasetName: 'of-runs', runName: 'r' })).rejects.toMatchObject({ status: 404 });
});

it('a deleted dataset takes its items and runs with it, and its runs are remembered as gone', async () => {
  await call(declared.upsertDataset, { name: 'short-lived' });
  await call(declared.upsertDatasetItem, { datasetName: 'short-lived', id: 'its', input: 1 });
  const { datasetRunId } = await call(declared.createDatasetRunItem, { runName: 'r', datasetItemId: 'its', traceId: 't' });
  await expect(call(declared.deleteDataset, { datasetName: 'short-lived' }, 'q')).rejects.toMatchObject({ status: 404 });
  await call(declared.deleteDataset, { datasetName: 'short-lived' });
  const deletedAt = new Date(clock.at);
  await expect(call(declared.getDatasetItem, { itemId: 'its' })).rejects.toMatchObject({ status: 404 });
  const gone = await createRunLinks({ db: metadata.db }).listDeleted('p', new Date(0));
  expect(gone).toContainEqual({ runId: datasetRunId, deletedAt });
  await call(declared.upsertDataset, { name: 'short-lived' });
  expect((await call(declared.listDatasetItems, { datasetName: 'short-lived' })).data).toEqual([]);
});
