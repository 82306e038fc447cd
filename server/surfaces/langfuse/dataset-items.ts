import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { type DatasetItem, upsertDatasetItemInput } from '../../../contract/dataset.ts';
import { storable } from '../../../contract/storable.ts';
import type { DatasetItems } from '../../domains/datasets/index.ts';
import { pageMeta, pageParams, storableText, time } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const listParams = z.object({
  ...pageParams,
  datasetName: storableText,
  sourceTraceId: storableText,
  sourceObservationId: storableText,
  version: time,
});
const oneParams = z.object({ id: storable });

/** An item as the API shows it. SDKs require `mediaReferences`; items hold no references to media that this server stores. */
export const datasetItemBody = (item: DatasetItem) => ({ ...item, mediaReferences: [] });

/** Items of datasets in the Langfuse API: upsert, list, get, delete (contract §1.8, §5.4). */
export function datasetItemRoutes(deps: { access: ReadDeps['access']; items: DatasetItems }): FastifyPluginAsync {
  const { access, items } = deps;
  return async (fastify) => {
    fastify.post('/dataset-items', async (request) => {
      const projectId = await projectOf(access, request);
      return datasetItemBody(await items.upsert(projectId, upsertDatasetItemInput.parse(request.body)));
    });

    fastify.get('/dataset-items', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit, version, ...filter } = listParams.parse(request.query);
      const at = version === undefined ? undefined : new Date(version);
      const { data, totalItems } = await items.list(projectId, { ...filter, version: at }, page, limit);
      return { data: data.map(datasetItemBody), meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/dataset-items/:id', async (request) => {
      const projectId = await projectOf(access, request);
      return datasetItemBody(await items.get(projectId, oneParams.parse(request.params).id));
    });

    fastify.delete('/dataset-items/:id', async (request) => {
      const projectId = await projectOf(access, request);
      await items.delete(projectId, oneParams.parse(request.params).id);
      return { message: 'Dataset item successfully deleted' };
    });
  };
}
