import { z } from 'zod';
import { COMMENT_OBJECT_TYPES, comment, createCommentInput } from '../comment.ts';
import { operation } from '../operation.ts';
import { storable } from '../storable.ts';

const projectId = z.string();
const path = '/projects/{projectId}/comments';

export const createComment = operation({
  id: 'createComment',
  method: 'POST',
  path,
  access: 'any',
  role: 'MEMBER',
  summary: 'Write beside a trace, a step, a session or a version of a prompt; `authorUserId` is for keys only',
  input: createCommentInput.extend({ projectId }),
  output: z.object({ id: z.string() }),
});

export const listComments = operation({
  id: 'listComments',
  method: 'GET',
  path,
  access: 'any',
  role: 'VIEWER',
  summary: 'List comments, newest first; `objectId` needs `objectType`',
  input: z.object({
    projectId,
    objectType: z.enum(COMMENT_OBJECT_TYPES).optional(),
    objectId: storable.optional(),
    authorUserId: storable.optional(),
    page: z.number().int().min(1).default(1),
    limit: z.number().int().min(1).max(100).default(50),
  }),
  output: z.object({ data: z.array(comment), totalCount: z.number().int() }),
});

export const getComment = operation({
  id: 'getComment',
  method: 'GET',
  path: `${path}/{commentId}`,
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a comment',
  input: z.object({ projectId, commentId: z.string() }),
  output: comment,
});

export const deleteComment = operation({
  id: 'deleteComment',
  method: 'DELETE',
  path: `${path}/{commentId}`,
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a comment of your own; an administrator any, a key those that nobody signed',
  input: z.object({ projectId, commentId: z.string() }),
  output: z.object({ ok: z.literal(true) }),
});
