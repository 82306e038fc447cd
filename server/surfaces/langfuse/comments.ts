import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { COMMENT_OBJECT_TYPES, createCommentInput } from '../../../contract/comment.ts';
import type { Comments } from '../../domains/comments/index.ts';
import { option, pageMeta, pageParams, storableText } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const listParams = z.object({
  ...pageParams,
  objectType: option(COMMENT_OBJECT_TYPES),
  objectId: storableText,
  authorUserId: storableText,
});
const oneParams = z.object({ commentId: z.string() });

/** Comments of the Langfuse API (contract §1.15). */
export function commentRoutes({ access, comments }: Pick<ReadDeps, 'access'> & { comments: Comments }): FastifyPluginAsync {
  return async (fastify) => {
    fastify.post('/comments', async (request) => {
      const projectId = await projectOf(access, request);
      return comments.create(projectId, createCommentInput.parse(request.body));
    });

    fastify.get('/comments', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit, ...filter } = listParams.parse(request.query);
      const { data, totalItems } = await comments.list(projectId, filter, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/comments/:commentId', async (request) => {
      const projectId = await projectOf(access, request);
      return comments.get(projectId, oneParams.parse(request.params).commentId);
    });
  };
}
