import { text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, updatedAt } from './namespace.ts';

export const organisations = namespace.table('organisations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
