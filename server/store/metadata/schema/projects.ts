import { boolean, integer, jsonb, text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';
import { organisations } from './organisations.ts';

export const projects = namespace.table('projects', {
  id: text('id').primaryKey(),
  organisationId: text('organisation_id')
    .notNull()
    .references(() => organisations.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
  /** Null: kept forever. */
  retentionDays: integer('retention_days'),
  /** Holds the demo data. */
  demo: boolean('demo').notNull().default(false),
  /** Set while the project's facts are being cleared; such a project exists for nobody. */
  deletedAt: time('deleted_at'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
