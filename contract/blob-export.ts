import { z } from 'zod';
import { storable } from './storable.ts';
import { givenDate } from './time.ts';

export const BLOB_EXPORT_TYPES = ['S3', 'S3_COMPATIBLE', 'AZURE_BLOB_STORAGE'] as const;
export const BLOB_EXPORT_FILE_TYPES = ['JSON', 'CSV', 'JSONL', 'PARQUET'] as const;
export type BlobExportFileType = (typeof BLOB_EXPORT_FILE_TYPES)[number];
export const BLOB_EXPORT_MODES = ['FULL_HISTORY', 'FROM_TODAY', 'FROM_CUSTOM_DATE'] as const;
export const BLOB_EXPORT_FREQUENCIES = ['every_20_minutes', 'hourly', 'daily', 'weekly'] as const;
export const BLOB_EXPORT_SOURCES = [
  'LEGACY_TRACES_OBSERVATIONS',
  'OBSERVATIONS_V2',
  'LEGACY_TRACES_AND_ENRICHED_OBSERVATIONS',
] as const;
export type BlobExportSource = (typeof BLOB_EXPORT_SOURCES)[number];
export const BLOB_EXPORT_FIELD_GROUPS = [
  'core',
  'basic',
  'time',
  'io',
  'metadata',
  'model',
  'usage',
  'prompt',
  'metrics',
  'tools',
  'trace_context',
] as const;
export type BlobExportFieldGroup = (typeof BLOB_EXPORT_FIELD_GROUPS)[number];
export const BLOB_EXPORT_SYNC_STATUSES = ['idle', 'running', 'queued', 'up_to_date', 'disabled', 'error'] as const;
export type BlobExportSyncStatus = (typeof BLOB_EXPORT_SYNC_STATUSES)[number];

const text = storable.max(2000);

/** As Azure has it for containers. */
const CONTAINER_NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** Sets up or changes where and how a project's facts are exported (contract §1.17). A secret that is left out stays. */
export const putBlobExportInput = z
  .object({
    projectId: text.min(1),
    type: z.enum(BLOB_EXPORT_TYPES),
    /** Of Azure: the container. */
    bucketName: text.min(1),
    /** Of Azure: `https://<account>.blob.core.windows.net`. */
    endpoint: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .nullish(),
    region: text,
    /** Of Azure: the account. */
    accessKeyId: text.min(1).nullish(),
    /** Of Azure: the account's key. */
    secretAccessKey: text.min(1).nullish(),
    prefix: text.refine((given) => given === '' || given.endsWith('/'), 'must be empty or end in /').nullish(),
    exportFrequency: z.enum(BLOB_EXPORT_FREQUENCIES),
    enabled: z.boolean(),
    forcePathStyle: z.boolean(),
    fileType: z.enum(BLOB_EXPORT_FILE_TYPES),
    exportMode: z.enum(BLOB_EXPORT_MODES),
    exportStartDate: givenDate.nullish(),
    compressed: z.boolean().nullish(),
    exportSource: z.enum(BLOB_EXPORT_SOURCES).optional(),
    exportFieldGroups: z.array(z.enum(BLOB_EXPORT_FIELD_GROUPS)).min(1).nullish(),
  })
  .refine(({ type, bucketName }) => type !== 'AZURE_BLOB_STORAGE' || CONTAINER_NAME.test(bucketName), {
    path: ['bucketName'],
    message: 'must be the name of a container: 3 to 63 lower-case letters, digits and single hyphens between them',
  })
  .refine(({ type, endpoint }) => type === 'S3' || endpoint, { path: ['endpoint'], message: 'is needed for this type' })
  .refine(({ exportMode, exportStartDate }) => exportMode !== 'FROM_CUSTOM_DATE' || exportStartDate, {
    path: ['exportStartDate'],
    message: 'is needed for FROM_CUSTOM_DATE',
  });
export type PutBlobExportInput = z.output<typeof putBlobExportInput>;

/** An export of a project; its id is the project's. Times are ISO-8601 UTC with ms. The secret is never shown. */
export interface BlobExport {
  id: string;
  projectId: string;
  type: (typeof BLOB_EXPORT_TYPES)[number];
  bucketName: string;
  endpoint: string | null;
  region: string;
  accessKeyId: string | null;
  prefix: string;
  exportFrequency: (typeof BLOB_EXPORT_FREQUENCIES)[number];
  enabled: boolean;
  forcePathStyle: boolean;
  fileType: BlobExportFileType;
  exportMode: (typeof BLOB_EXPORT_MODES)[number];
  exportStartDate: string | null;
  compressed: boolean;
  exportSource: BlobExportSource;
  exportFieldGroups: BlobExportFieldGroup[] | null;
  nextSyncAt: string | null;
  lastSyncAt: string | null;
  lastError: string | null;
  lastErrorAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** How it goes. */
export interface BlobExportStatus {
  id: string;
  projectId: string;
  syncStatus: BlobExportSyncStatus;
  enabled: boolean;
  lastSyncAt: string | null;
  nextSyncAt: string | null;
  lastError: string | null;
  lastErrorAt: string | null;
}
