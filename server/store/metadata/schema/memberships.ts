import { primaryKey, text } from 'drizzle-orm/pg-core';
import { ROLES } from '../../../../contract/operation.ts';
import { createdAt, namespace } from './namespace.ts';
import { organisations } from './organisations.ts';
import { users } from './users.ts';

export const memberships = namespace.table(
  'memberships',
  {
    organisationId: text('organisation_id')
      .notNull()
      .references(() => organisations.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role', { enum: ROLES }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.organisationId, table.userId] })],
);
