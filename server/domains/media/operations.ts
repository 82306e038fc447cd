import * as declared from '../../../contract/api/media.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Media } from './media.ts';

/** What our own API can do with media. @param contentPrefix where the routes of signed links are, e.g. `/api/public` */
export function mediaOperations(media: Media, contentPrefix: string): Implemented[] {
  const urlOf = (address: string) => (address.startsWith('/') ? contentPrefix + address : address);
  return [
    implement(declared.announceMedia, async ({ projectId, ...given }) => {
      const { mediaId, upload } = await media.requestUpload(projectId, given);
      return { mediaId, uploadUrl: upload && urlOf(upload.address) };
    }),
    implement(declared.reportMediaUpload, async ({ projectId, mediaId, ...given }) => {
      await media.report(projectId, mediaId, given);
      return { ok: true as const };
    }),
    implement(declared.getMedia, async ({ projectId, mediaId }) => {
      const { link, ...facts } = await media.get(projectId, mediaId);
      return { ...facts, url: urlOf(link.address), urlExpiry: link.expiresAt.toISOString() };
    }),
  ];
}
