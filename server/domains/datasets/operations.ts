import * as declared from '../../../contract/api/datasets.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Datasets, Paged } from './datasets.ts';
import type { DatasetItems } from './items.ts';
import type { DatasetRuns } from './runs.ts';

const counted = <T>({ data, totalItems }: Paged<T>) => ({ data, totalCount: totalItems });
const OK = { ok: true } as const;

/** What our own API can do with datasets, their items and the runs over them. */
export function datasetOperations(parts: { datasets: Datasets; items: DatasetItems; runs: DatasetRuns }): Implemented[] {
  const { datasets, items, runs } = parts;
  return [
    implement(declared.listDatasets, async ({ projectId, page, limit }) => counted(await datasets.list(projectId, page, limit))),
    implement(declared.getDataset, ({ projectId, datasetName }) => datasets.get(projectId, datasetName)),
    implement(declared.upsertDataset, ({ projectId, ...given }) => datasets.upsert(projectId, given)),
    implement(declared.deleteDataset, async ({ projectId, datasetName }) => {
      await datasets.delete(projectId, datasetName);
      return OK;
    }),
    implement(declared.listDatasetItems, async ({ projectId, page, limit, version, ...filter }) => {
      const at = version === undefined ? undefined : new Date(version);
      return counted(await items.list(projectId, { ...filter, version: at }, page, limit));
    }),
    implement(declared.getDatasetItem, ({ projectId, itemId }) => items.get(projectId, itemId)),
    implement(declared.upsertDatasetItem, ({ projectId, ...given }) => items.upsert(projectId, given)),
    implement(declared.upsertDatasetItems, async ({ projectId, datasetName, items: given }) => ({
      data: await items.upsertAll(projectId, datasetName, given),
    })),
    implement(declared.deleteDatasetItem, async ({ projectId, itemId }) => {
      await items.delete(projectId, itemId);
      return OK;
    }),
    implement(declared.listDatasetRuns, async ({ projectId, datasetName, page, limit }) =>
      counted(await runs.list(projectId, datasetName, page, limit)),
    ),
    implement(declared.getDatasetRun, ({ projectId, datasetName, runName }) => runs.get(projectId, datasetName, runName)),
    implement(declared.deleteDatasetRun, async ({ projectId, datasetName, runName }) => {
      await runs.delete(projectId, datasetName, runName);
      return OK;
    }),
    implement(declared.createDatasetRunItem, ({ projectId, ...given }) => runs.addItem(projectId, given)),
  ];
}
