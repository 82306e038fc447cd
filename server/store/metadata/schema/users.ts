import { boolean, text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, updatedAt } from './namespace.ts';

export const users = namespace.table('users', {
  id: text('id').primaryKey(),
  /** Lower case. */
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  name: text('name').notNull(),
  image: text('image'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
