import * as api from '../../../contract/api/datasets.ts';
import type { Dataset, DatasetItem } from '../../../contract/dataset.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { listItems, upsertItems } from '../../client/datasets.ts';
import { callOperation } from '../../client/own-api.ts';
import { asSent, type Fingerprint, fingerprintOf, isSame } from '../../dataset-files/new-items.ts';
import type { ImportRun } from '../import-run.ts';
import { allRows } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC, unless404 } from '../source.ts';

const PAGE = 50;
/** Items that are changed at the source while they are read move to other pages; then they are read again. */
const MOST_PASSES = 3;

/** Oldest first, so that the target has them in the same order. */
export const readDatasets = async (http: ImportRun['source']['http']) =>
  (await allRows<Dataset>(http, { path: `${PUBLIC}/v2/datasets` })).reverse();

/** Copies datasets with their schemas, and their items under the same ids. */
export async function importDatasets(run: ImportRun): Promise<void> {
  const { source, target, tally } = run;
  const there = new Map((await readDatasets(target.http)).map((dataset) => [dataset.name, dataset]));
  for (const dataset of await readDatasets(source.http)) {
    try {
      const id = await bringDataset(run, dataset, there.get(dataset.name));
      if (id !== undefined) await bringItems(run, { ...dataset, id });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      tally.failed('datasets', dataset.name, error.message);
    }
  }
}

const contentOf = ({ name, description, metadata, inputSchema, expectedOutputSchema }: Dataset) => ({
  name,
  description: description ?? null,
  metadata: metadata ?? null,
  inputSchema: inputSchema ?? null,
  expectedOutputSchema: expectedOutputSchema ?? null,
});

/** @returns its id in the target; undefined when only files are wanted and it is not there */
async function bringDataset(
  { target, projectId, tally, parts }: ImportRun,
  dataset: Dataset,
  known: Dataset | undefined,
): Promise<string | undefined> {
  if (!parts.has('datasets')) return known?.id;
  const content = contentOf(dataset);
  if (known && canonicalJson(contentOf(known)) === canonicalJson(content)) {
    tally.alreadyThere('datasets');
    return known.id;
  }
  const input = { projectId, ...content } as Parameters<typeof callOperation<typeof api.upsertDataset>>[2];
  const { id } = await callOperation(target.http, api.upsertDataset, input, { repeatable: true });
  tally.copied('datasets');
  return id;
}

async function bringItems(run: ImportRun, dataset: Dataset): Promise<void> {
  const { source, target, progress } = run;
  const there = new Map<string, Fingerprint>();
  for await (const item of listItems(target, dataset.name)) there.set(item.id, fingerprintOf(item));
  const seen = new Set<string>();
  const ask = (page: number) =>
    source.http.json<{ data: DatasetItem[]; meta: { totalItems: number; totalPages: number } }>({
      path: `${PUBLIC}/dataset-items`,
      query: { datasetName: dataset.name, page, limit: PAGE },
    });
  progress.begin(`items of ${dataset.name}`);
  for (let pass = 1, stable = false; !stable && pass <= MOST_PASSES; pass++) {
    const first = await ask(1);
    // From the last page on, because lists begin with what was written last and the target is to have the same order.
    for (let page = first.meta.totalPages; page >= 1; page--) {
      const { data } = page === 1 && pass === 1 && first.meta.totalPages === 1 ? first : await ask(page);
      const items = data.filter(({ id }) => !seen.has(id)).reverse();
      for (const { id } of items) seen.add(id);
      await writeItems(run, dataset, items, there);
      progress.at(seen.size, first.meta.totalItems);
    }
    stable = (await ask(1)).meta.totalItems === first.meta.totalItems;
  }
}

/** An item as it is written. */
const writtenOf = ({ id, input, expectedOutput, metadata, sourceTraceId, sourceObservationId, status }: DatasetItem) => ({
  id,
  input,
  expectedOutput: expectedOutput ?? undefined,
  metadata: metadata ?? undefined,
  sourceTraceId: sourceTraceId ?? undefined,
  sourceObservationId: sourceObservationId ?? undefined,
  status,
});

async function writeItems(run: ImportRun, dataset: Dataset, items: readonly DatasetItem[], there: Map<string, Fingerprint>) {
  const missing = items.filter((item) => {
    const known = there.get(item.id);
    return !known || !isSame(writtenOf(item), known);
  });
  if (run.parts.has('datasets')) {
    run.tally.alreadyThere('dataset items', items.length - missing.length);
    await send(run, dataset, missing);
  }
  for (const item of items) {
    const owner = { datasetId: dataset.id, datasetItemId: item.id };
    for (const field of ['input', 'expectedOutput', 'metadata'] as const)
      await run.media.copyFrom(item[field], { ...owner, field });
  }
}

/** A batch is written whole or not at all; when it is refused, the items that are at fault are found one by one. */
async function send(run: ImportRun, dataset: Dataset, items: readonly DatasetItem[]): Promise<void> {
  if (items.length === 0) return;
  try {
    await upsertItems(
      run.target,
      dataset.name,
      items.map((item) => asSent(writtenOf(item))),
    );
    run.tally.copied('dataset items', items.length);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (items.length === 1) return run.tally.failed('dataset items', items[0]!.id, error.message);
    const half = Math.ceil(items.length / 2);
    await send(run, dataset, items.slice(0, half));
    await send(run, dataset, items.slice(half));
  }
}

/** Copies an item that no list shows, because it is archived. @returns whether it is in the target now */
export async function bringUnlistedItem(run: ImportRun, dataset: Dataset, itemId: string): Promise<boolean> {
  const path = `${PUBLIC}/dataset-items/${encodeURIComponent(itemId)}`;
  const known = await unless404(run.target.http.json<DatasetItem>({ path }));
  const item = await unless404(run.source.http.json<DatasetItem>({ path }));
  if (!item) return known !== undefined;
  const before = run.tally.of('dataset items').failed;
  await writeItems(run, dataset, [item], new Map(known ? [[known.id, fingerprintOf(known)]] : []));
  return run.tally.of('dataset items').failed === before;
}
