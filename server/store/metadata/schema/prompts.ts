import { integer, text, unique } from 'drizzle-orm/pg-core';
import { PROMPT_TYPES } from '../../../../contract/prompt.ts';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

export const prompts = namespace.table(
  'prompts',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** With its folders: `support/answer`. */
    name: text('name').notNull(),
    type: text('type', { enum: PROMPT_TYPES }).notNull(),
    tags: text('tags').array().notNull().default([]),
    createdAt: createdAt(),
  },
  (table) => [unique().on(table.projectId, table.name)],
);

export const promptVersions = namespace.table(
  'prompt_versions',
  {
    id: text('id').primaryKey(),
    promptId: text('prompt_id')
      .notNull()
      .references(() => prompts.id, { onDelete: 'cascade' }),
    version: integer('version').notNull(),
    labels: text('labels').array().notNull().default([]),
    /** JSON text of a text or of a list of messages and placeholders. */
    content: text('content').notNull(),
    /** JSON text. */
    config: text('config').notNull(),
    commitMessage: text('commit_message'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.promptId, table.version)],
);

/** What a version includes of other prompts: by a version or by a label. */
export const promptInclusions = namespace.table('prompt_inclusions', {
  versionId: text('version_id')
    .notNull()
    .references(() => promptVersions.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  version: integer('version'),
  label: text('label'),
});
