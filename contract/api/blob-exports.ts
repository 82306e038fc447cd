import { z } from 'zod';
import {
  BLOB_EXPORT_FIELD_GROUPS,
  BLOB_EXPORT_FILE_TYPES,
  BLOB_EXPORT_FREQUENCIES,
  BLOB_EXPORT_MODES,
  BLOB_EXPORT_SOURCES,
  BLOB_EXPORT_SYNC_STATUSES,
  BLOB_EXPORT_TYPES,
  putBlobExportInput,
} from '../blob-export.ts';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';

const project = z.object({ projectId: z.string() });

/** A project's export to an object store, with how it goes. Its secret is never shown. */
export const blobExport = z.object({
  projectId: z.string(),
  type: z.enum(BLOB_EXPORT_TYPES),
  /** Of Azure: the container. */
  bucketName: z.string(),
  endpoint: z.string().nullable(),
  region: z.string(),
  /** Of Azure: the account. */
  accessKeyId: z.string().nullable(),
  prefix: z.string(),
  exportFrequency: z.enum(BLOB_EXPORT_FREQUENCIES),
  enabled: z.boolean(),
  forcePathStyle: z.boolean(),
  fileType: z.enum(BLOB_EXPORT_FILE_TYPES),
  exportMode: z.enum(BLOB_EXPORT_MODES),
  exportStartDate: timestamp.nullable(),
  compressed: z.boolean(),
  exportSource: z.enum(BLOB_EXPORT_SOURCES),
  /** Of OBSERVATIONS_V2: the groups of columns; null: all. */
  exportFieldGroups: z.array(z.enum(BLOB_EXPORT_FIELD_GROUPS)).nullable(),
  syncStatus: z.enum(BLOB_EXPORT_SYNC_STATUSES),
  nextSyncAt: timestamp.nullable(),
  lastSyncAt: timestamp.nullable(),
  lastError: z.string().nullable(),
  lastErrorAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const getBlobExport = operation({
  id: 'getBlobExport',
  method: 'GET',
  path: '/projects/{projectId}/blob-export',
  access: 'session',
  role: 'ADMIN',
  summary: "Get a project's export to an object store, and how it goes",
  input: project,
  output: z.object({ blobExport: blobExport.nullable() }),
});

/** A secret that is left out stays, with the access key that it belongs to. */
export const putBlobExport = operation({
  id: 'putBlobExport',
  method: 'PUT',
  path: '/projects/{projectId}/blob-export',
  access: 'session',
  role: 'ADMIN',
  summary: "Set up or change a project's export to an object store",
  input: putBlobExportInput,
  output: blobExport,
});

export const deleteBlobExport = operation({
  id: 'deleteBlobExport',
  method: 'DELETE',
  path: '/projects/{projectId}/blob-export',
  access: 'session',
  role: 'ADMIN',
  summary: "End a project's export to an object store; what was exported stays",
  input: project,
  output: z.object({ ok: z.literal(true) }),
});
