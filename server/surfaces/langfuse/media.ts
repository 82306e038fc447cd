import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { reportMediaUploadInput, requestMediaUploadInput } from '../../../contract/media.ts';
import type { Media } from '../../domains/media/index.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

export interface MediaRoutesDeps {
  access: ReadDeps['access'];
  media: Media;
  /** Where people and programs reach this server; undefined: where the request came to. */
  publicUrl: string | undefined;
}

const oneParams = z.object({ mediaId: z.string() });

/** The address of a signed link for whoever made the request. */
export const absoluteLink = (request: FastifyRequest, publicUrl: string | undefined, prefix: string, address: string): string =>
  address.startsWith('/') ? `${publicUrl ?? `${request.protocol}://${request.host}`}${prefix}${address}` : address;

/** Media of the Langfuse API (contract §1.11). The content itself goes over signed links: `surfaces/media`. */
export function mediaRoutes({ access, media, publicUrl }: MediaRoutesDeps): FastifyPluginAsync {
  return async (fastify) => {
    const absolute = (request: FastifyRequest, address: string) => absoluteLink(request, publicUrl, fastify.prefix, address);

    fastify.post('/media', async (request, reply) => {
      const projectId = await projectOf(access, request);
      const { mediaId, upload } = await media.requestUpload(projectId, requestMediaUploadInput.parse(request.body));
      return reply.code(201).send({ mediaId, uploadUrl: upload ? absolute(request, upload.address) : null });
    });

    fastify.patch('/media/:mediaId', async (request) => {
      const projectId = await projectOf(access, request);
      const { mediaId } = oneParams.parse(request.params);
      await media.report(projectId, mediaId, reportMediaUploadInput.parse(request.body));
      return { message: 'OK' };
    });

    fastify.get('/media/:mediaId', async (request) => {
      const projectId = await projectOf(access, request);
      const { link, ...facts } = await media.get(projectId, oneParams.parse(request.params).mediaId);
      return { ...facts, url: absolute(request, link.address), urlExpiry: link.expiresAt.toISOString() };
    });
  };
}
