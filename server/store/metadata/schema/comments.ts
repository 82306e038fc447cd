import { bigint, text } from 'drizzle-orm/pg-core';
import { COMMENT_OBJECT_TYPES } from '../../../../contract/comment.ts';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

/** What people write beside traces, observations, sessions and versions of prompts. */
export const comments = namespace.table('comments', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' }),
  objectType: text('object_type', { enum: COMMENT_OBJECT_TYPES }).notNull(),
  objectId: text('object_id').notNull(),
  content: text('content').notNull(),
  /** Null: written over the API for nobody, or by somebody whose account is gone. */
  authorUserId: text('author_user_id').references(() => users.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
