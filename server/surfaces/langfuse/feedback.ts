import type { FastifyPluginAsync } from 'fastify';
import { submitFeedbackInput } from '../../../contract/feedback.ts';
import type { FeedbackBox } from '../../domains/feedback/index.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

/** Bytes of a body (contract §1.19). */
const MAX_BODY = 16 * 1024;

/** Feedback over the Langfuse API (contract §1.19). */
export function feedbackRoutes({ access, feedback }: Pick<ReadDeps, 'access'> & { feedback: FeedbackBox }): FastifyPluginAsync {
  return async (fastify) => {
    fastify.post('/feedback', { bodyLimit: MAX_BODY }, async (request, reply) => {
      const projectId = await projectOf(access, request);
      return reply.code(201).send(await feedback.submit(projectId, submitFeedbackInput.parse(request.body)));
    });
  };
}
