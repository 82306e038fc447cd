import { boolean, text, unique } from 'drizzle-orm/pg-core';
import { MEMBERSHIP_ROLES } from '../../../../contract/operation.ts';
import { createdAt, namespace, time } from './namespace.ts';
import { organisations } from './organisations.ts';
import { users } from './users.ts';

export const invitations = namespace.table(
  'invitations',
  {
    /** Also the id by which identity providers know the person, before and after they accept. */
    id: text('id').primaryKey(),
    organisationId: text('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    /** Lower case. */
    email: text('email').notNull(),
    name: text('name').notNull(),
    role: text('role', { enum: MEMBERSHIP_ROLES }).notNull(),
    /** SHA-256 of what the link holds; null when there is no link, or it was used. */
    tokenHash: text('token_hash').unique(),
    expiresAt: time('expires_at').notNull(),
    /** Who followed the link; null while nobody has. */
    acceptedBy: text('accepted_by').references(() => users.id, { onDelete: 'set null' }),
    /** Taken back, or made for somebody who is not to have access now. */
    withdrawn: boolean('withdrawn').notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [unique().on(table.organisationId, table.email)],
);
