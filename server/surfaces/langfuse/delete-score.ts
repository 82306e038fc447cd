import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { Scores } from '../../domains/scores/index.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const oneParams = z.object({ scoreId: z.string() });

/** Deletion of a score in the Langfuse API (contract §1.5). Unlike the original's queue, it is done when the answer comes. */
export function deleteScoreRoutes({ access, scores }: { access: ReadDeps['access']; scores: Scores }): FastifyPluginAsync {
  return async (fastify) => {
    fastify.delete('/scores/:scoreId', async (request, reply) => {
      const projectId = await projectOf(access, request);
      await scores.delete(projectId, oneParams.parse(request.params).scoreId);
      return reply.code(202).send({ message: 'Score deletion queued successfully' });
    });
  };
}
