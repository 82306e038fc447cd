import { z } from 'zod';
import type { Media } from '../../../domains/media/index.ts';
import { id } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';

/** Where the links to content are served. */
const PUBLIC_API = '/api/public';

/** Media that traces and dataset items refer to (contract §1.11, §6). */
export function mediaTools(media: Media): Tool[] {
  return [
    tool({
      name: 'getMedia',
      description:
        'Get type, size and a link (valid until urlExpiry) to the content of a picture, sound or file. Texts refer to media as @@@langfuseMedia:type=…|id=<mediaId>|source=…@@@.',
      effect: 'reads',
      input: z.object({ mediaId: id('media') }),
      async run({ mediaId }, { projectId, baseUrl }) {
        const { link, ...facts } = await media.get(projectId, mediaId);
        const url = link.address.startsWith('/') ? `${baseUrl}${PUBLIC_API}${link.address}` : link.address;
        return { ...facts, url, urlExpiry: link.expiresAt.toISOString() };
      },
    }),
  ];
}
