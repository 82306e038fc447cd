import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { createDatasetRunItemInput } from '../../../contract/dataset.ts';
import { storable } from '../../../contract/storable.ts';
import type { DatasetRuns } from '../../domains/datasets/index.ts';
import { pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const datasetParams = z.object({ datasetName: storable });
const runParams = z.object({ datasetName: storable, runName: storable });
const listParams = z.object(pageParams);
const itemParams = z.object({ ...pageParams, datasetId: storable.min(1), runName: storable.min(1) });

/** Runs over datasets in the Langfuse API, and the links between their items and traces (contract §1.8). */
export function datasetRunRoutes(deps: { access: ReadDeps['access']; runs: DatasetRuns }): FastifyPluginAsync {
  const { access, runs } = deps;
  return async (fastify) => {
    fastify.get('/datasets/:datasetName/runs', async (request) => {
      const projectId = await projectOf(access, request);
      const { datasetName } = datasetParams.parse(request.params);
      const { page, limit } = listParams.parse(request.query);
      const { data, totalItems } = await runs.list(projectId, datasetName, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/datasets/:datasetName/runs/:runName', async (request) => {
      const projectId = await projectOf(access, request);
      const { datasetName, runName } = runParams.parse(request.params);
      return runs.get(projectId, datasetName, runName);
    });

    fastify.delete('/datasets/:datasetName/runs/:runName', async (request) => {
      const projectId = await projectOf(access, request);
      const { datasetName, runName } = runParams.parse(request.params);
      await runs.delete(projectId, datasetName, runName);
      return { message: 'Dataset run successfully deleted' };
    });

    fastify.post('/dataset-run-items', async (request) => {
      const projectId = await projectOf(access, request);
      return runs.addItem(projectId, createDatasetRunItemInput.parse(request.body));
    });

    fastify.get('/dataset-run-items', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit, ...run } = itemParams.parse(request.query);
      const { data, totalItems } = await runs.listItems(projectId, run, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });
  };
}
