import { foreignKey, primaryKey, text } from 'drizzle-orm/pg-core';
import { MEMBERSHIP_ROLES } from '../../../../contract/operation.ts';
import { createdAt, namespace } from './namespace.ts';
import { organisations } from './organisations.ts';
import { projects } from './projects.ts';
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
    role: text('role', { enum: MEMBERSHIP_ROLES }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.organisationId, table.userId] })],
);

/** Overrides, in one project, the role that a member has in its organisation. */
export const projectMemberships = namespace.table(
  'project_memberships',
  {
    organisationId: text('organisation_id').notNull(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    userId: text('user_id').notNull(),
    role: text('role', { enum: MEMBERSHIP_ROLES }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId] }),
    foreignKey({
      columns: [table.organisationId, table.userId],
      foreignColumns: [memberships.organisationId, memberships.userId],
    }).onDelete('cascade'),
  ],
);
