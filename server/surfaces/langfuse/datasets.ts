import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { upsertDatasetInput } from '../../../contract/dataset.ts';
import { storable } from '../../../contract/storable.ts';
import type { DatasetItems, DatasetRuns, Datasets } from '../../domains/datasets/index.ts';
import { datasetItemBodies, type ItemMediaDeps } from './dataset-items.ts';
import { pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

export interface DatasetRoutesDeps extends ItemMediaDeps {
  access: ReadDeps['access'];
  datasets: Datasets;
  items: DatasetItems;
  runs: DatasetRuns;
}

const listParams = z.object(pageParams);
const oneParams = z.object({ datasetName: storable });
const restParams = z.object({ '*': storable });

/** Datasets of the Langfuse API, and their first generation, which SDKs of version 3 and before still call (contract §1.8). */
export function datasetRoutes({ access, datasets, items, runs, ...shown }: DatasetRoutesDeps): FastifyPluginAsync {
  return async (fastify) => {
    fastify.post('/v2/datasets', async (request) => {
      const projectId = await projectOf(access, request);
      return datasets.upsert(projectId, upsertDatasetInput.parse(request.body));
    });

    fastify.get('/v2/datasets', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = listParams.parse(request.query);
      const { data, totalItems } = await datasets.list(projectId, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    // Python's SDK of version 2 sends the slashes of a name as they are.
    fastify.get('/v2/datasets/*', async (request) => {
      const projectId = await projectOf(access, request);
      return datasets.get(projectId, restParams.parse(request.params)['*']);
    });

    fastify.post('/datasets', async (request) => {
      const projectId = await projectOf(access, request);
      const dataset = await datasets.upsert(projectId, upsertDatasetInput.parse(request.body));
      return { ...dataset, items: [], runs: [] };
    });

    fastify.get('/datasets', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = listParams.parse(request.query);
      const { data, totalItems } = await datasets.list(projectId, page, limit);
      const ids = data.map(({ id }) => id);
      const [itemIds, runNames] = await Promise.all([items.listIds(projectId, ids), runs.listNames(projectId, ids)]);
      const whole = data.map((dataset) => ({ ...dataset, items: itemIds.get(dataset.id), runs: runNames.get(dataset.id) }));
      return { data: whole, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/datasets/:datasetName', async (request) => {
      const projectId = await projectOf(access, request);
      const dataset = await datasets.get(projectId, oneParams.parse(request.params).datasetName);
      const [all, runNames] = await Promise.all([items.listAll(projectId, dataset.id), runs.listNames(projectId, [dataset.id])]);
      return { ...dataset, items: await datasetItemBodies(shown, request, projectId, all), runs: runNames.get(dataset.id) };
    });
  };
}
