import { z } from 'zod';
import { reportMediaUploadInput, requestMediaUploadInput } from '../media.ts';
import { operation } from '../operation.ts';

const projectId = z.string();
const media = '/projects/{projectId}/media';
const ofMedia = z.object({ projectId, mediaId: z.string() });

export const announceMedia = operation({
  id: 'announceMedia',
  method: 'POST',
  path: media,
  access: 'any',
  role: 'MEMBER',
  summary: 'Announce a picture, sound or file of a trace, a step or a dataset item',
  input: z.intersection(z.object({ projectId }), requestMediaUploadInput),
  output: z.object({
    mediaId: z.string(),
    /** Where to PUT the content, with its Content-Type and x-amz-checksum-sha256; null when it is here. Begins with `/` below this server. */
    uploadUrl: z.string().nullable(),
  }),
});

export const reportMediaUpload = operation({
  id: 'reportMediaUpload',
  method: 'PATCH',
  path: `${media}/{mediaId}`,
  access: 'any',
  role: 'MEMBER',
  summary: 'Say how the upload of media went',
  input: ofMedia.extend(reportMediaUploadInput.shape),
  output: z.object({ ok: z.literal(true) }),
});

export const getMedia = operation({
  id: 'getMedia',
  method: 'GET',
  path: `${media}/{mediaId}`,
  access: 'any',
  role: 'VIEWER',
  summary: 'Get media with a link to its content that works for an hour',
  input: ofMedia,
  output: z.object({
    mediaId: z.string(),
    contentType: z.string(),
    contentLength: z.number().int(),
    uploadedAt: z.string(),
    /** Begins with `/` below this server. */
    url: z.string(),
    urlExpiry: z.string(),
  }),
});
