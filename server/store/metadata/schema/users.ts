import { boolean, text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { organisations } from './organisations.ts';

export const users = namespace.table('users', {
  id: text('id').primaryKey(),
  /** Lower case. */
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  name: text('name').notNull(),
  image: text('image'),
  /** The organisation that made the account; null: the person did. */
  homeOrganisationId: text('home_organisation_id').references(() => organisations.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
