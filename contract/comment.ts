import { z } from 'zod';
import { storable } from './storable.ts';

export const COMMENT_OBJECT_TYPES = ['TRACE', 'OBSERVATION', 'SESSION', 'PROMPT'] as const;
export type CommentObjectType = (typeof COMMENT_OBJECT_TYPES)[number];

const id = storable.min(1).max(800);

export const createCommentInput = z.strictObject({
  projectId: id,
  objectType: z.enum(COMMENT_OBJECT_TYPES),
  /** Of a prompt: the id of one version. */
  objectId: id,
  content: storable.min(1).max(5000),
  authorUserId: id.nullish(),
});
export type CreateCommentInput = z.output<typeof createCommentInput>;

/** What somebody wrote beside a trace, observation, session or version of a prompt. Times are ISO-8601 UTC with ms. */
export const comment = z.object({
  id: z.string(),
  projectId: z.string(),
  objectType: z.enum(COMMENT_OBJECT_TYPES),
  objectId: z.string(),
  content: z.string(),
  authorUserId: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Comment = z.output<typeof comment>;
