import * as api from '../../contract/api/datasets.ts';
import type { Dataset, DatasetItem } from '../../contract/dataset.ts';
import type { Server } from '../command.ts';
import type { NewItem } from '../dataset-files/mapping.ts';
import { HttpError } from './http.ts';
import { callOperation } from './own-api.ts';
import { collect, itemsOf } from './pages.ts';

const LIMIT = 100;

/** Pages of an operation that counts its pages. */
async function* pages<T>(ask: (page: number) => Promise<{ data: T[]; totalCount: number }>): AsyncGenerator<T[]> {
  for (let page = 1; ; page++) {
    const { data, totalCount } = await ask(page);
    if (data.length > 0) yield data;
    if (data.length === 0 || page * LIMIT >= totalCount) return;
  }
}

export async function listDatasets({ http, projectId }: Server): Promise<Dataset[]> {
  const id = await projectId();
  return collect(itemsOf(pages((page) => callOperation(http, api.listDatasets, { projectId: id, page, limit: LIMIT }))));
}

export async function countItems({ http, projectId }: Server, datasetName: string): Promise<number> {
  const first = { projectId: await projectId(), datasetName, page: 1, limit: 1 };
  return (await callOperation(http, api.listDatasetItems, first)).totalCount;
}

/** @throws CliError 4 when there is none of that name */
export const getDataset = async ({ http, projectId }: Server, datasetName: string): Promise<Dataset> =>
  callOperation(http, api.getDataset, { projectId: await projectId(), datasetName });

/** Active items, last written first; as they were at `version` when it is given. */
export async function* listItems(
  { http, projectId }: Server,
  datasetName: string,
  version?: string,
): AsyncGenerator<DatasetItem> {
  const id = await projectId();
  yield* itemsOf(
    pages((page) => callOperation(http, api.listDatasetItems, { projectId: id, datasetName, version, page, limit: LIMIT })),
  );
}

/** True when it was made now. */
export async function ensureDataset(server: Server, name: string, description?: string): Promise<boolean> {
  let isNew = false;
  try {
    await getDataset(server, name);
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 404) throw error;
    isNew = true;
  }
  if (isNew || description !== undefined) {
    await callOperation(server.http, api.upsertDataset, { projectId: await server.projectId(), name, description });
  }
  return isNew;
}

/** All of them or none. At most 1000; ids make it safe to try again. */
export async function upsertItems({ http, projectId }: Server, datasetName: string, items: readonly NewItem[]): Promise<void> {
  await callOperation(
    http,
    api.upsertDatasetItems,
    { projectId: await projectId(), datasetName, items: [...items] },
    { repeatable: true },
  );
}
