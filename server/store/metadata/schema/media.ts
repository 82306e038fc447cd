import { bigint, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, namespace, time } from './namespace.ts';
import { projects } from './projects.ts';

/** Media that traces and dataset items refer to; their content is in the blob store. */
export const media = namespace.table(
  'media',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    id: text('id').notNull(),
    /** Of the content, base64. */
    sha256: text('sha256').notNull(),
    contentType: text('content_type').notNull(),
    contentLength: bigint('content_length', { mode: 'number' }).notNull(),
    /** HTTP status of the upload as its client saw it. */
    uploadStatus: integer('upload_status'),
    uploadError: text('upload_error'),
    uploadedAt: time('uploaded_at'),
    /** When the content arrived here whole. */
    storedAt: time('stored_at'),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

/** What media were announced for; empty texts for what was not named. */
export const mediaLinks = namespace.table(
  'media_links',
  {
    projectId: text('project_id').notNull(),
    mediaId: text('media_id').notNull(),
    traceId: text('trace_id').notNull().default(''),
    observationId: text('observation_id').notNull().default(''),
    datasetId: text('dataset_id').notNull().default(''),
    datasetItemId: text('dataset_item_id').notNull().default(''),
    field: text('field').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({
      columns: [
        table.projectId,
        table.mediaId,
        table.traceId,
        table.observationId,
        table.datasetId,
        table.datasetItemId,
        table.field,
      ],
    }),
  ],
);
