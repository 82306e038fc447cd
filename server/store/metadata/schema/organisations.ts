import { jsonb, text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, updatedAt } from './namespace.ts';

export const organisations = namespace.table('organisations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
