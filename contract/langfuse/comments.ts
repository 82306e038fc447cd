import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import { published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const createCommentRequest = published(
  'CreateCommentRequest',
  z.object({
    projectId: z.string(),
    objectType: z.string(),
    objectId: z.string(),
    content: z.string(),
    authorUserId: z.string().nullish(),
  }),
);
export const createCommentResponse = published('CreateCommentResponse', z.strictObject({ id: z.string() }));
export const commentObjectType = published('CommentObjectType', z.enum(['TRACE', 'OBSERVATION', 'SESSION', 'PROMPT']));
export const comment = published(
  'Comment',
  z.strictObject({
    id: z.string(),
    projectId: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    objectType: commentObjectType,
    objectId: z.string(),
    content: z.string(),
    authorUserId: z.string().nullish(),
  }),
);
export const getCommentsResponse = published(
  'GetCommentsResponse',
  z.strictObject({ data: z.array(comment), meta: metaResponse }),
);

export const commentsRoutes = routes('Comments', [
  route('createComment', 'POST', {
    path: '/comments',
    auth: 'project',
    body: createCommentRequest,
    answers: { 200: createCommentResponse },
  }),
  route('listComments', 'GET', {
    path: '/comments',
    auth: 'project',
    query: z.object({
      page: pageNumber,
      limit: upTo(100),
      objectType: z.string().optional(),
      objectId: z.string().optional(),
      authorUserId: z.string().optional(),
    }),
    answers: { 200: getCommentsResponse },
  }),
  route('getComment', 'GET', { path: '/comments/{commentId}', auth: 'project', answers: { 200: comment } }),
]);
