import * as declared from '../../../contract/api/comments.ts';
import { forbidden } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Comments } from './comments.ts';

/** What our own API can do with comments. A person writes in their own name; a key in that of a member, or of nobody. */
export const commentOperations = (comments: Comments): Implemented[] => [
  implement(declared.createComment, ({ projectId, authorUserId, ...given }, caller) =>
    comments.create(projectId, { ...given, projectId, authorUserId: caller.userId ?? authorUserId }),
  ),
  implement(declared.listComments, async ({ projectId, page, limit, ...filter }) => {
    const { data, totalItems } = await comments.list(projectId, filter, page, limit);
    return { data, totalCount: totalItems };
  }),
  implement(declared.getComment, ({ projectId, commentId }) => comments.get(projectId, commentId)),
  implement(declared.deleteComment, async ({ projectId, commentId }, caller) => {
    const { authorUserId } = await comments.get(projectId, commentId);
    const isOwn = authorUserId === caller.userId;
    if (!isOwn && caller.role !== 'ADMIN' && caller.role !== 'OWNER') throw forbidden('Only who wrote a comment may delete it.');
    await comments.delete(projectId, commentId);
    return { ok: true as const };
  }),
];
