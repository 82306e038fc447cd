import { hasObject } from '../../query/has-object.ts';
import { hasPromptVersion } from '../prompts/index.ts';
import type { Slice, Spine } from '../slice.ts';
import { type Comments, type CommentsDeps, createComments } from './comments.ts';
import { commentOperations } from './operations.ts';

export function openComments(spine: Spine, needs: Pick<CommentsDeps, 'isMember'>): Comments & Slice {
  const { db, analytics } = spine;
  const comments = createComments({
    ...spine,
    hasObject: (projectId, type, id) =>
      type === 'PROMPT' ? hasPromptVersion(db, projectId, id) : hasObject(analytics, projectId, type, id),
    isMember: needs.isMember,
  });
  return { ...comments, operations: commentOperations(comments) };
}
