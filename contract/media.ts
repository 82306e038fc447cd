import { z } from 'zod';
import { storable } from './storable.ts';
import { givenDate } from './time.ts';

/** Types of media that are taken (contract, Appendix A). */
export const MEDIA_CONTENT_TYPES = [
  'image/png',
  'image/jpeg',
  'image/jpg',
  'image/webp',
  'image/gif',
  'image/svg+xml',
  'image/tiff',
  'image/bmp',
  'image/avif',
  'image/heic',
  'audio/mpeg',
  'audio/mp3',
  'audio/wav',
  'audio/ogg',
  'audio/oga',
  'audio/aac',
  'audio/mp4',
  'audio/flac',
  'audio/opus',
  'audio/webm',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/mpeg',
  'video/quicktime',
  'video/x-msvideo',
  'video/x-matroska',
  'text/plain',
  'text/html',
  'text/css',
  'text/csv',
  'text/markdown',
  'text/x-python',
  'application/javascript',
  'text/x-typescript',
  'application/x-yaml',
  'application/pdf',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/zip',
  'application/json',
  'application/xml',
  'application/octet-stream',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/rtf',
  'application/x-ndjson',
  'application/vnd.apache.parquet',
  'application/gzip',
  'application/x-tar',
  'application/x-7z-compressed',
] as const;
export type MediaContentType = (typeof MEDIA_CONTENT_TYPES)[number];

/** SHA-256 in base64, the one way of writing 32 bytes. */
const sha256 = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be a SHA-256 hash in base64, 44 characters');
const id = storable.min(1).max(800);

const content = {
  contentType: z.enum(MEDIA_CONTENT_TYPES),
  contentLength: z.number().int().positive(),
  sha256Hash: sha256,
};
const ofTrace = z.object({
  ...content,
  traceId: id,
  observationId: id.nullish(),
  datasetId: z.null().optional(),
  datasetItemId: z.null().optional(),
  field: z.enum(['input', 'output', 'metadata']),
});
const ofDatasetItem = z.object({
  ...content,
  traceId: z.null().optional(),
  observationId: z.null().optional(),
  datasetId: id,
  datasetItemId: id,
  field: z.enum(['input', 'expectedOutput', 'metadata']),
});

/** Announces media of a trace, an observation or a dataset item, before the upload. */
export const requestMediaUploadInput = z.union([ofTrace, ofDatasetItem]);
export type RequestMediaUploadInput = z.output<typeof requestMediaUploadInput>;

/** Says how an upload went. */
export const reportMediaUploadInput = z.object({
  uploadedAt: givenDate,
  uploadHttpStatus: z.number().int().min(0).max(999),
  uploadHttpError: storable.max(10_000).nullish(),
  uploadTimeMs: z.number().nullish(),
});
export type ReportMediaUploadInput = z.output<typeof reportMediaUploadInput>;
