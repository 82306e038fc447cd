import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { createModelInput } from '../../../contract/model.ts';
import { storable } from '../../../contract/storable.ts';
import type { Models } from '../../domains/prices/index.ts';
import { type InstanceAdmin, projectOfKeyOrAdmin } from './instance-admin.ts';
import { pageMeta, pageParams } from './query-params.ts';

const listParams = z.object(pageParams);
const oneParams = z.object({ id: storable });

/** Models and their prices in the Langfuse API: a project's own and the built-in ones (contract §1.13, §5.8). */
export function modelRoutes({ models, ...admin }: InstanceAdmin & { models: Models }): FastifyPluginAsync {
  return async (fastify) => {
    fastify.post('/models', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      return models.create(projectId, createModelInput.parse(request.body));
    });

    fastify.get('/models', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      const { page, limit } = listParams.parse(request.query);
      const { data, totalItems } = await models.list(projectId, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/models/:id', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      return models.get(projectId, oneParams.parse(request.params).id);
    });

    fastify.delete('/models/:id', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      await models.delete(projectId, oneParams.parse(request.params).id);
      return { message: 'Model successfully deleted' };
    });
  };
}
