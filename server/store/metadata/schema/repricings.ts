import { doublePrecision, integer, text, timestamp } from 'drizzle-orm/pg-core';
import { REPRICING_STATUSES } from '../../../../contract/api/repricings.ts';
import { createdAt, namespace } from './namespace.ts';
import { projects } from './projects.ts';

/** Pricing anew what is stored already: who asked for which span of time, and how far it is. */
export const repricings = namespace.table('repricings', {
  id: text('id').primaryKey(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' }),
  from: timestamp('from_time', { precision: 3, withTimezone: true }).notNull(),
  to: timestamp('to_time', { precision: 3, withTimezone: true }).notNull(),
  status: text('status', { enum: REPRICING_STATUSES }).notNull(),
  lookedAt: integer('looked_at').notNull().default(0),
  changed: integer('changed').notNull().default(0),
  costBefore: doublePrecision('cost_before').notNull().default(0),
  costAfter: doublePrecision('cost_after').notNull().default(0),
  askedBy: text('asked_by'),
  createdAt: createdAt(),
  finishedAt: timestamp('finished_at', { precision: 3, withTimezone: true }),
});
