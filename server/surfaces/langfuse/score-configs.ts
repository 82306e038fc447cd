import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { createScoreConfigInput, updateScoreConfigInput } from '../../../contract/score-config.ts';
import type { ScoreConfigs } from '../../domains/scores/index.ts';
import { pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const listParams = z.object(pageParams);
const oneParams = z.object({ configId: z.string() });

/** Score configs of the Langfuse API: create, list, get, change (contract §1.6). There is no delete; a config is archived. */
export function scoreConfigRoutes(deps: Pick<ReadDeps, 'access'> & { scoreConfigs: ScoreConfigs }): FastifyPluginAsync {
  const { access, scoreConfigs } = deps;
  return async (fastify) => {
    fastify.post('/score-configs', async (request) => {
      const projectId = await projectOf(access, request);
      return scoreConfigs.create(projectId, createScoreConfigInput.parse(request.body));
    });

    fastify.get('/score-configs', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = listParams.parse(request.query);
      const { data, totalCount } = await scoreConfigs.list(projectId, page, limit);
      return { data, meta: pageMeta(page, limit, totalCount) };
    });

    fastify.get('/score-configs/:configId', async (request) => {
      const projectId = await projectOf(access, request);
      return scoreConfigs.get(projectId, oneParams.parse(request.params).configId);
    });

    fastify.patch('/score-configs/:configId', async (request) => {
      const projectId = await projectOf(access, request);
      const { configId } = oneParams.parse(request.params);
      return scoreConfigs.update(projectId, configId, updateScoreConfigInput.parse(request.body));
    });
  };
}
