import { and, count, desc, eq } from 'drizzle-orm';
import type { Comment, CommentObjectType, CreateCommentInput } from '../../../contract/comment.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { comments } = tables;

type CommentRow = typeof comments.$inferSelect;

export interface CommentsDeps {
  db: MetadataDb;
  clock: Clock;
  hasObject(projectId: string, type: CommentObjectType, id: string): Promise<boolean>;
  isMember(userId: string, projectId: string): Promise<boolean>;
}

/** An absent field does not narrow. */
export interface CommentFilter {
  objectType?: CommentObjectType | undefined;
  /** Only with `objectType`. */
  objectId?: string | undefined;
  authorUserId?: string | undefined;
}

/** What people write beside traces, observations, sessions and versions of prompts (contract §1.15). */
export interface Comments {
  /** @throws AppError 400 when the body names another project or an author who is no member, 404 for an unknown object */
  create(projectId: string, input: CreateCommentInput): Promise<{ id: string }>;
  /** Newest first. @param page from 1 @throws AppError 400 for an object without its type */
  list(projectId: string, filter: CommentFilter, page: number, limit: number): Promise<{ data: Comment[]; totalItems: number }>;
  /** @throws AppError 404 */
  get(projectId: string, commentId: string): Promise<Comment>;
  /** @throws AppError 404 */
  delete(projectId: string, commentId: string): Promise<void>;
}

export function createComments({ db, clock, hasObject, isMember }: CommentsDeps): Comments {
  return {
    async create(projectId, { objectType, objectId, content, authorUserId, ...given }) {
      if (given.projectId !== projectId) throw invalidRequest("projectId must be the project of the request's API key.");
      // The same sentence whether or not there is such a person: nobody learns here who has an account.
      if (authorUserId && !(await isMember(authorUserId, projectId))) {
        throw invalidRequest('authorUserId must be a member of the organisation.');
      }
      if (!(await hasObject(projectId, objectType, objectId))) {
        throw notFound(`No such ${objectType.toLowerCase()} in this project: ${objectId}`);
      }
      const at = new Date(clock.now());
      const id = newId();
      await db.insert(comments).values({
        id,
        projectId,
        objectType,
        objectId,
        content,
        authorUserId: authorUserId ?? null,
        createdAt: at,
        updatedAt: at,
      });
      return { id };
    },

    async list(projectId, { objectType, objectId, authorUserId }, page, limit) {
      if (objectId !== undefined && objectType === undefined) throw invalidRequest('objectId needs objectType.');
      const wanted = and(
        eq(comments.projectId, projectId),
        objectType && eq(comments.objectType, objectType),
        objectId === undefined ? undefined : eq(comments.objectId, objectId),
        authorUserId === undefined ? undefined : eq(comments.authorUserId, authorUserId),
      );
      const [total] = await db.select({ count: count() }).from(comments).where(wanted);
      const rows = await db
        .select()
        .from(comments)
        .where(wanted)
        .orderBy(desc(comments.createdAt), desc(comments.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    async get(projectId, commentId) {
      const [row] = isStorable(commentId)
        ? await db
            .select()
            .from(comments)
            .where(and(eq(comments.projectId, projectId), eq(comments.id, commentId)))
        : [];
      if (!row) throw notFound('Comment not found');
      return shown(row);
    },

    async delete(projectId, commentId) {
      const gone = isStorable(commentId)
        ? await db
            .delete(comments)
            .where(and(eq(comments.projectId, projectId), eq(comments.id, commentId)))
            .returning({ id: comments.id })
        : [];
      if (gone.length === 0) throw notFound('Comment not found');
    },
  };
}

const shown = (row: CommentRow): Comment => ({
  id: row.id,
  projectId: row.projectId,
  objectType: row.objectType,
  objectId: row.objectId,
  content: row.content,
  authorUserId: row.authorUserId,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
