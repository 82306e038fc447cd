import { text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';
import { users } from './users.ts';

/** A signed-in browser. */
export const sessions = namespace.table('sessions', {
  id: text('id').primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  token: text('token').notNull().unique(),
  expiresAt: time('expires_at').notNull(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
