import { bigint, text } from 'drizzle-orm/pg-core';
import { FEEDBACK_TARGET_TYPES } from '../../../../contract/feedback.ts';
import { createdAt, namespace } from './namespace.ts';
import { projects } from './projects.ts';

/** What people and agents say of this server over its API. */
export const feedback = namespace.table('feedback', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' }),
  targetType: text('target_type', { enum: FEEDBACK_TARGET_TYPES }).notNull(),
  target: text('target').notNull(),
  feedback: text('feedback').notNull(),
  goal: text('goal'),
  referenceUrl: text('reference_url'),
  createdAt: createdAt(),
});
