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

/** Media of the Langfuse API (contract §1.11). The content itself goes over signed links: `surfaces/media`. */
export function mediaRoutes({ access, media, publicUrl }: MediaRoutesDeps): FastifyPluginAsync {
  return async (fastify) => {
    const absolute = (request: FastifyRequest, path: string) =>
      `${publicUrl ?? `${request.protocol}://${request.host}`}${fastify.prefix}${path}`;

    fastify.post('/media', async (request, reply) => {
      const projectId = await projectOf(access, request);
      const { mediaId, upload } = await media.requestUpload(projectId, requestMediaUploadInput.parse(request.body));
      return reply.code(201).send({ mediaId, uploadUrl: upload ? absolute(request, upload.path) : null });
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
      return { ...facts, url: absolute(request, link.path), urlExpiry: link.expiresAt.toISOString() };
    });
  };
}
