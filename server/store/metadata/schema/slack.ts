import { text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** The Slack workspace that a project's automations may post in. */
export const slackConnections = namespace.table('slack_connections', {
  projectId: text('project_id')
    .primaryKey()
    .references(() => projects.id, { onDelete: 'cascade' }),
  teamId: text('team_id').notNull(),
  teamName: text('team_name').notNull(),
  /** Encrypted. */
  botToken: text('bot_token').notNull(),
  connectedBy: text('connected_by').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
