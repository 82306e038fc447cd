import { bigint, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { ANNOTATION_ITEM_STATUSES, ANNOTATION_OBJECT_TYPES } from '../../../../contract/annotation.ts';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

/** What people are to score by the given score configs. */
export const annotationQueues = namespace.table(
  'annotation_queues',
  {
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description'),
    scoreConfigIds: text('score_config_ids').array().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.projectId, table.name)],
);

export const annotationItems = namespace.table('annotation_items', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  queueId: text('queue_id')
    .notNull()
    .references(() => annotationQueues.id, { onDelete: 'cascade' }),
  objectId: text('object_id').notNull(),
  objectType: text('object_type', { enum: ANNOTATION_OBJECT_TYPES }).notNull(),
  status: text('status', { enum: ANNOTATION_ITEM_STATUSES }).notNull(),
  /** When it was last completed; null while pending. */
  completedAt: time('completed_at'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Who works on a queue. */
export const annotationAssignments = namespace.table(
  'annotation_assignments',
  {
    queueId: text('queue_id')
      .notNull()
      .references(() => annotationQueues.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.queueId, table.userId] })],
);
