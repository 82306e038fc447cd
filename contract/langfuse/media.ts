import { z } from 'zod';
import { message } from './common.ts';
import { givenTime, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const getMediaResponse = published(
  'GetMediaResponse',
  z.strictObject({
    mediaId: z.string(),
    contentType: z.string(),
    contentLength: z.int(),
    uploadedAt: timestamp,
    url: z.string(),
    urlExpiry: z.string(),
  }),
);
export const patchMediaBody = published(
  'PatchMediaBody',
  z.object({
    uploadedAt: givenTime,
    uploadHttpStatus: z.int(),
    uploadHttpError: z.string().nullish(),
    uploadTimeMs: z.int().nullish(),
  }),
);
export const mediaContentType = published(
  'MediaContentType',
  z.enum([
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
  ]),
);
export const getMediaUploadUrlRequest = published(
  'GetMediaUploadUrlRequest',
  z.object({
    traceId: z.string().nullish(),
    observationId: z.string().nullish(),
    datasetId: z.string().nullish(),
    datasetItemId: z.string().nullish(),
    contentType: mediaContentType,
    contentLength: z.int(),
    sha256Hash: z.string(),
    field: z.string(),
  }),
);
export const getMediaUploadUrlResponse = published(
  'GetMediaUploadUrlResponse',
  z.strictObject({ uploadUrl: z.string().nullish(), mediaId: z.string() }),
);

export const mediaRoutes = routes('Media', [
  route('getMedia', 'GET', { path: '/media/{mediaId}', auth: 'project', answers: { 200: getMediaResponse } }),
  route('updateMedia', 'PATCH', { path: '/media/{mediaId}', auth: 'project', body: patchMediaBody, answers: { 200: message } }),
  route('createMediaUpload', 'POST', {
    path: '/media',
    auth: 'project',
    body: getMediaUploadUrlRequest,
    answers: { 201: getMediaUploadUrlResponse },
  }),
  route('uploadMediaContent', 'PUT', { path: '/media/{mediaId}/upload', auth: 'none', listed: false, answers: { 200: message } }),
  route('readMediaContent', 'GET', { path: '/media/{mediaId}/content', auth: 'none', listed: false, answers: {} }),
]);
