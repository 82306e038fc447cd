import { z } from 'zod';
import {
  createDatasetRunItemInput,
  dataset,
  datasetItem,
  datasetRun,
  datasetRunItem,
  upsertDatasetInput,
  upsertDatasetItemInput,
} from '../dataset.ts';
import { operation } from '../operation.ts';
import { storable } from '../storable.ts';
import { givenTime } from '../time.ts';

const projectId = z.string();
/** URL-encoded in the path, with its folders: `support%2Fanswers`. */
const datasetName = storable;
const page = z.coerce.number().int().min(1).default(1);
const limit = z.coerce.number().int().min(1).max(100).default(50);
const pageOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), totalCount: z.number().int() });
const ok = z.object({ ok: z.literal(true) });

export const listDatasets = operation({
  id: 'listDatasets',
  method: 'GET',
  path: '/projects/{projectId}/datasets',
  access: 'any',
  role: 'VIEWER',
  summary: 'List datasets, newest first',
  input: z.object({ projectId, page, limit }),
  output: pageOf(dataset),
});

export const getDataset = operation({
  id: 'getDataset',
  method: 'GET',
  path: '/projects/{projectId}/datasets/{datasetName}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a dataset by its name',
  input: z.object({ projectId, datasetName }),
  output: dataset,
});

/** What is absent stays as it is; a schema of null is taken away. Existing items are checked against a new schema. */
export const upsertDataset = operation({
  id: 'upsertDataset',
  method: 'POST',
  path: '/projects/{projectId}/datasets',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create a dataset, or change the one of that name',
  input: upsertDatasetInput.extend({ projectId }),
  output: dataset,
});

export const deleteDataset = operation({
  id: 'deleteDataset',
  method: 'DELETE',
  path: '/projects/{projectId}/datasets/{datasetName}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a dataset with its items, their versions, and its runs',
  input: z.object({ projectId, datasetName }),
  output: ok,
});

/** ACTIVE ones, last written first. With `version`, which needs `datasetName`: as they were at that time. */
export const listDatasetItems = operation({
  id: 'listDatasetItems',
  method: 'GET',
  path: '/projects/{projectId}/dataset-items',
  access: 'any',
  role: 'VIEWER',
  summary: 'List items of datasets, last written first',
  input: z.object({
    projectId,
    datasetName: storable.optional(),
    sourceTraceId: storable.optional(),
    sourceObservationId: storable.optional(),
    version: givenTime.optional(),
    page,
    limit,
  }),
  output: pageOf(datasetItem),
});

export const getDatasetItem = operation({
  id: 'getDatasetItem',
  method: 'GET',
  path: '/projects/{projectId}/dataset-items/{itemId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get an item of a dataset',
  input: z.object({ projectId, itemId: storable }),
  output: datasetItem,
});

/** What is absent or null stays as it is. */
export const upsertDatasetItem = operation({
  id: 'upsertDatasetItem',
  method: 'POST',
  path: '/projects/{projectId}/dataset-items',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create an item, or change the one of that id',
  input: upsertDatasetItemInput.extend({ projectId }),
  output: datasetItem,
});

/** All of them or none; the answer has them in the same order. */
export const upsertDatasetItems = operation({
  id: 'upsertDatasetItems',
  method: 'POST',
  path: '/projects/{projectId}/datasets/{datasetName}/items',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create or change many items of one dataset at once',
  input: z.object({
    projectId,
    datasetName,
    items: z
      .array(upsertDatasetItemInput.omit({ datasetName: true }))
      .min(1)
      .max(1000),
  }),
  output: z.object({ data: z.array(datasetItem) }),
});

/** What it was at earlier times can still be read with `version`. */
export const deleteDatasetItem = operation({
  id: 'deleteDatasetItem',
  method: 'DELETE',
  path: '/projects/{projectId}/dataset-items/{itemId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete an item of a dataset',
  input: z.object({ projectId, itemId: storable }),
  output: ok,
});

export const listDatasetRuns = operation({
  id: 'listDatasetRuns',
  method: 'GET',
  path: '/projects/{projectId}/datasets/{datasetName}/runs',
  access: 'any',
  role: 'VIEWER',
  summary: 'List the runs over a dataset, newest first',
  input: z.object({ projectId, datasetName, page, limit }),
  output: pageOf(datasetRun),
});

export const getDatasetRun = operation({
  id: 'getDatasetRun',
  method: 'GET',
  path: '/projects/{projectId}/datasets/{datasetName}/runs/{runName}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a run with the links between its items and traces',
  input: z.object({ projectId, datasetName, runName: storable }),
  output: datasetRun.extend({ datasetRunItems: z.array(datasetRunItem) }),
});

export const deleteDatasetRun = operation({
  id: 'deleteDatasetRun',
  method: 'DELETE',
  path: '/projects/{projectId}/datasets/{datasetName}/runs/{runName}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a run; its traces stay',
  input: z.object({ projectId, datasetName, runName: storable }),
  output: ok,
});

/** The first link creates the run. Needs `traceId` or `observationId`. The same link twice is one. */
export const createDatasetRunItem = operation({
  id: 'createDatasetRunItem',
  method: 'POST',
  path: '/projects/{projectId}/dataset-run-items',
  access: 'any',
  role: 'MEMBER',
  summary: 'Link an item of a dataset with what a run made of it',
  input: createDatasetRunItemInput.extend({ projectId }),
  output: datasetRunItem,
});
