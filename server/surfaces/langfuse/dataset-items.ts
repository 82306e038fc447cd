import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type DatasetItem, upsertDatasetItemInput } from '../../../contract/dataset.ts';
import { isStorable, storable } from '../../../contract/storable.ts';
import type { DatasetItems } from '../../domains/datasets/index.ts';
import type { Media } from '../../domains/media/index.ts';
import { AppError } from '../../lib/errors.ts';
import { absoluteLink } from './media.ts';
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

/** What item routes need to show media. */
export interface ItemMediaDeps {
  media: Pick<Media, 'referencesOf'>;
  /** As in `MediaRoutesDeps`. */
  publicUrl: string | undefined;
}

/** Items as the API shows them, with the media that they refer to (contract §5.5): one look-up for all. */
export async function datasetItemBodies(
  { media, publicUrl }: ItemMediaDeps,
  request: FastifyRequest,
  projectId: string,
  items: readonly DatasetItem[],
) {
  const references = await media.referencesOf(projectId, items);
  return items.map((item, i) => ({
    ...item,
    mediaReferences: references[i]!.map(({ media: { link, ...facts }, ...reference }) => ({
      ...reference,
      media: {
        ...facts,
        url: absoluteLink(request, publicUrl, request.server.prefix, link.address),
        urlExpiry: link.expiresAt.toISOString(),
      },
    })),
  }));
}

/** Items of datasets in the Langfuse API: upsert, list, get, delete (contract §1.8, §5.4). */
export function datasetItemRoutes(deps: ItemMediaDeps & { access: ReadDeps['access']; items: DatasetItems }): FastifyPluginAsync {
  const { access, items } = deps;
  return async (fastify) => {
    const bodyOf = async (request: FastifyRequest, projectId: string, item: DatasetItem) =>
      (await datasetItemBodies(deps, request, projectId, [item]))[0]!;

    fastify.post('/dataset-items', async (request) => {
      const projectId = await projectOf(access, request);
      return bodyOf(request, projectId, await items.upsert(projectId, upsertDatasetItemInput.parse(request.body)));
    });

    fastify.get('/dataset-items', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit, version, datasetName, ...filter } = listParams.parse(request.query);
      const at = version === undefined ? undefined : new Date(version);
      const { data, totalItems } = await underEitherName(datasetName, (name) =>
        items.list(projectId, { ...filter, datasetName: name, version: at }, page, limit),
      );
      return { data: await datasetItemBodies(deps, request, projectId, data), meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/dataset-items/:id', async (request) => {
      const projectId = await projectOf(access, request);
      return bodyOf(request, projectId, await items.get(projectId, oneParams.parse(request.params).id));
    });

    fastify.delete('/dataset-items/:id', async (request) => {
      const projectId = await projectOf(access, request);
      await items.delete(projectId, oneParams.parse(request.params).id);
      return { message: 'Dataset item successfully deleted' };
    });
  };
}

/**
 * Python's SDK of version 2 encodes the name in the query twice. What is found under the name as it stands is right; only where there is
 * nothing, the decoded name is tried.
 */
async function underEitherName<T>(name: string | undefined, find: (name: string | undefined) => Promise<T>): Promise<T> {
  try {
    return await find(name);
  } catch (error) {
    const decoded = name === undefined ? undefined : decodedOnce(name);
    if (decoded === undefined || decoded === name || !(error instanceof AppError) || error.status !== 404) throw error;
    return find(decoded);
  }
}

function decodedOnce(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return isStorable(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}
