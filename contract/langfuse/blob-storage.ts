import { z } from 'zod';
import { givenTime, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const blobStorageIntegrationType = published(
  'BlobStorageIntegrationType',
  z.enum(['S3', 'S3_COMPATIBLE', 'AZURE_BLOB_STORAGE']),
);
export const blobStorageIntegrationFileType = published(
  'BlobStorageIntegrationFileType',
  z.enum(['JSON', 'CSV', 'JSONL', 'PARQUET']),
);
export const blobStorageIntegrationFileTypeResponse = published(
  'BlobStorageIntegrationFileTypeResponse',
  z.enum(['JSON', 'CSV', 'JSONL', 'PARQUET']),
);
export const blobStorageExportMode = published(
  'BlobStorageExportMode',
  z.enum(['FULL_HISTORY', 'FROM_TODAY', 'FROM_CUSTOM_DATE']),
);
export const blobStorageExportFrequency = published(
  'BlobStorageExportFrequency',
  z.enum(['every_20_minutes', 'hourly', 'daily', 'weekly']),
);
export const blobStorageExportSource = published(
  'BlobStorageExportSource',
  z.enum(['LEGACY_TRACES_OBSERVATIONS', 'OBSERVATIONS_V2', 'LEGACY_TRACES_AND_ENRICHED_OBSERVATIONS']),
);
export const blobStorageExportFieldGroup = published(
  'BlobStorageExportFieldGroup',
  z.enum(['core', 'basic', 'time', 'io', 'metadata', 'model', 'usage', 'prompt', 'metrics', 'tools', 'trace_context']),
);
export const createBlobStorageIntegrationRequest = published(
  'CreateBlobStorageIntegrationRequest',
  z.object({
    projectId: z.string(),
    type: blobStorageIntegrationType,
    bucketName: z.string(),
    endpoint: z.string().nullish(),
    region: z.string(),
    accessKeyId: z.string().nullish(),
    secretAccessKey: z.string().nullish(),
    prefix: z.string().nullish(),
    exportFrequency: blobStorageExportFrequency,
    enabled: z.boolean(),
    forcePathStyle: z.boolean(),
    fileType: blobStorageIntegrationFileType,
    exportMode: blobStorageExportMode,
    exportStartDate: givenTime.nullish(),
    compressed: z.boolean().nullish(),
    exportSource: blobStorageExportSource.optional(),
    exportFieldGroups: z.array(blobStorageExportFieldGroup).nullish(),
  }),
);
export const blobStorageIntegrationResponse = published(
  'BlobStorageIntegrationResponse',
  z.strictObject({
    id: z.string(),
    projectId: z.string(),
    type: blobStorageIntegrationType,
    bucketName: z.string(),
    endpoint: z.string().nullable(),
    region: z.string(),
    accessKeyId: z.string().nullable(),
    prefix: z.string(),
    exportFrequency: blobStorageExportFrequency,
    enabled: z.boolean(),
    forcePathStyle: z.boolean(),
    fileType: blobStorageIntegrationFileTypeResponse,
    exportMode: blobStorageExportMode,
    exportStartDate: timestamp.nullable(),
    compressed: z.boolean(),
    exportSource: blobStorageExportSource,
    exportFieldGroups: z.array(blobStorageExportFieldGroup).nullable(),
    nextSyncAt: timestamp.nullable(),
    lastSyncAt: timestamp.nullable(),
    lastError: z.string().nullable(),
    lastErrorAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const blobStorageIntegrationsResponse = published(
  'BlobStorageIntegrationsResponse',
  z.strictObject({ data: z.array(blobStorageIntegrationResponse) }),
);
export const blobStorageSyncStatus = published(
  'BlobStorageSyncStatus',
  z.enum(['idle', 'running', 'queued', 'up_to_date', 'disabled', 'error']),
);
export const blobStorageIntegrationStatusResponse = published(
  'BlobStorageIntegrationStatusResponse',
  z.strictObject({
    id: z.string(),
    projectId: z.string(),
    syncStatus: blobStorageSyncStatus,
    enabled: z.boolean(),
    lastSyncAt: timestamp.nullable(),
    nextSyncAt: timestamp.nullable(),
    lastError: z.string().nullable(),
    lastErrorAt: timestamp.nullable(),
  }),
);
export const blobStorageIntegrationDeletionResponse = published(
  'BlobStorageIntegrationDeletionResponse',
  z.strictObject({ message: z.string() }),
);

export const blobStorageRoutes = routes('Blob storage export', [
  route('listBlobStorageIntegrations', 'GET', {
    path: '/integrations/blob-storage',
    auth: 'organization',
    errors: 'named',
    answers: { 200: blobStorageIntegrationsResponse },
  }),
  route('upsertBlobStorageIntegration', 'PUT', {
    path: '/integrations/blob-storage',
    auth: 'organization',
    errors: 'named',
    body: createBlobStorageIntegrationRequest,
    answers: { 200: blobStorageIntegrationResponse },
  }),
  route('getBlobStorageIntegrationStatus', 'GET', {
    path: '/integrations/blob-storage/{id}',
    auth: 'organization',
    errors: 'named',
    answers: { 200: blobStorageIntegrationStatusResponse },
  }),
  route('deleteBlobStorageIntegration', 'DELETE', {
    path: '/integrations/blob-storage/{id}',
    auth: 'organization',
    errors: 'named',
    answers: { 200: blobStorageIntegrationDeletionResponse },
  }),
]);
