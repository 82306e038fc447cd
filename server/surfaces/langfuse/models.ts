import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { createModelInput, type Model, type PricingTier } from '../../../contract/model.ts';
import { storable } from '../../../contract/storable.ts';
import type { Models } from '../../domains/prices/index.ts';
import { type InstanceAdmin, projectOfKeyOrAdmin } from './instance-admin.ts';
import { pageMeta, pageParams } from './query-params.ts';

const listParams = z.object(pageParams);
const oneParams = z.object({ id: storable });
/** An id that the caller chooses. */
const putParams = z.object({ id: storable.min(1).max(200) });

/**
 * A built-in model's conditions on attributes stand beside `conditions`, under `attributeConditions`: Python's SDK cannot read a list
 * that holds one (contract §8.22), and every project's list has the built-in models. A project's own are answered as they were given.
 */
const modelBody = (model: Model) =>
  model.isLangfuseManaged ? { ...model, pricingTiers: model.pricingTiers.map(builtInTier) } : model;

function builtInTier({ conditions, ...tier }: PricingTier) {
  const ofAttributes = conditions.filter((condition) => 'source' in condition);
  return {
    ...tier,
    conditions: conditions.filter((condition) => !('source' in condition)),
    ...(ofAttributes.length > 0 && { attributeConditions: ofAttributes }),
  };
}

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
      return { data: data.map(modelBody), meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/models/:id', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      return modelBody(await models.get(projectId, oneParams.parse(request.params).id));
    });

    fastify.put('/models/:id', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      return models.put(projectId, putParams.parse(request.params).id, createModelInput.parse(request.body));
    });

    fastify.delete('/models/:id', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      await models.delete(projectId, oneParams.parse(request.params).id);
      return { message: 'Model successfully deleted' };
    });
  };
}
