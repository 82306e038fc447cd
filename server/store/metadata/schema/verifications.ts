import { text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';

/** A confirmation that somebody still has to give. */
export const verifications = namespace.table('verifications', {
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: time('expires_at').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
