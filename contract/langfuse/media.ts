import { z } from 'zod';
import { MEDIA_CONTENT_TYPES } from '../media.ts';
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
export const mediaContentType = published('MediaContentType', z.enum(MEDIA_CONTENT_TYPES));
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
