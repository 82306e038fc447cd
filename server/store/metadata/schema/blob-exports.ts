import { bigint, boolean, integer, text } from 'drizzle-orm/pg-core';
import {
  BLOB_EXPORT_FIELD_GROUPS,
  BLOB_EXPORT_FILE_TYPES,
  BLOB_EXPORT_FREQUENCIES,
  BLOB_EXPORT_MODES,
  BLOB_EXPORT_SOURCES,
  BLOB_EXPORT_TYPES,
} from '../../../../contract/blob-export.ts';
import { createdAt, namespace, time, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** Where and how projects' facts are exported, and how far that has come. Columns are explained in the migration. */
export const blobExports = namespace.table('blob_exports', {
  projectId: text('project_id')
    .primaryKey()
    .references(() => projects.id, { onDelete: 'cascade' }),
  type: text('type', { enum: BLOB_EXPORT_TYPES }).notNull(),
  bucketName: text('bucket_name').notNull(),
  endpoint: text('endpoint'),
  region: text('region').notNull(),
  accessKeyId: text('access_key_id').notNull(),
  /** Encrypted. */
  secretAccessKey: text('secret_access_key').notNull(),
  prefix: text('prefix').notNull(),
  exportFrequency: text('export_frequency', { enum: BLOB_EXPORT_FREQUENCIES }).notNull(),
  enabled: boolean('enabled').notNull(),
  forcePathStyle: boolean('force_path_style').notNull(),
  fileType: text('file_type', { enum: BLOB_EXPORT_FILE_TYPES }).notNull(),
  exportMode: text('export_mode', { enum: BLOB_EXPORT_MODES }).notNull(),
  exportStartDate: time('export_start_date'),
  compressed: boolean('compressed').notNull(),
  exportSource: text('export_source', { enum: BLOB_EXPORT_SOURCES }).notNull(),
  exportFieldGroups: text('export_field_groups', { enum: BLOB_EXPORT_FIELD_GROUPS }).array(),
  since: time('since'),
  revision: integer('revision').notNull().default(1),
  /** Microseconds. */
  watermark: bigint('watermark', { mode: 'number' }).notNull().default(0),
  /** Microseconds. */
  windowUntil: bigint('window_until', { mode: 'number' }),
  runningUntil: time('running_until'),
  nextSyncAt: time('next_sync_at'),
  lastSyncAt: time('last_sync_at'),
  lastError: text('last_error'),
  lastErrorAt: time('last_error_at'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});
