import { integer, text, unique } from 'drizzle-orm/pg-core';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** Instructions for agents: a SKILL.md and the files beside it, in versions. */
export const skills = namespace.table(
  'skills',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** Shared by all versions. */
    tags: text('tags').array().notNull().default([]),
    createdAt: createdAt(),
  },
  (table) => [unique().on(table.projectId, table.name)],
);

export const skillVersions = namespace.table(
  'skill_versions',
  {
    id: text('id').primaryKey(),
    skillId: text('skill_id')
      .notNull()
      .references(() => skills.id, { onDelete: 'cascade' }),
    version: integer('version').notNull(),
    description: text('description').notNull(),
    /** What stands above the instructions in SKILL.md. */
    frontmatter: jsonText('frontmatter').notNull(),
    labels: text('labels').array().notNull().default([]),
    commitMessage: text('commit_message'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [unique().on(table.skillId, table.version)],
);

/** The text of a file, once per project however many versions hold it. */
export const skillBlobs = namespace.table(
  'skill_blobs',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Base64. */
    sha256: text('sha256').notNull(),
    content: text('content').notNull(),
    /** Bytes of UTF-8. */
    contentLength: integer('content_length').notNull(),
  },
  (table) => [unique().on(table.projectId, table.sha256)],
);

export const skillFiles = namespace.table(
  'skill_files',
  {
    id: text('id').primaryKey(),
    versionId: text('version_id')
      .notNull()
      .references(() => skillVersions.id, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    blobId: text('blob_id')
      .notNull()
      .references(() => skillBlobs.id),
  },
  (table) => [unique().on(table.versionId, table.path)],
);
