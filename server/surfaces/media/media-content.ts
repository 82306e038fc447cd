import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { storable } from '../../../contract/storable.ts';
import { isShown, type Media, type PresentedLink } from '../../domains/media/index.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { byteRangeOf } from './byte-range.ts';

const params = z.object({ mediaId: storable });
/** Once each; what is missing or odd makes a link that nobody signed. */
const one = z.string().catch('');
const query = z.object({ project: storable.catch(''), type: one, expires: one, signature: one });

const linkOf = (request: FastifyRequest, action: PresentedLink['action']): PresentedLink => {
  const { project, type, expires, signature } = query.parse(request.query);
  return { action, projectId: project, mediaId: params.parse(request.params).mediaId, contentType: type, expires, signature };
};

/** The content of media, up and down, over signed links: no key is asked for, so that a browser and a plain PUT will do. */
export function mediaContentRoutes({ media }: { media: Media }): FastifyPluginAsync {
  return async (fastify) => {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));

    fastify.put('/media/:mediaId/upload', async (request) => {
      const { 'content-type': contentType, 'content-length': length, 'x-amz-checksum-sha256': checksum } = request.headers;
      try {
        await media.receive(linkOf(request, 'upload'), {
          contentType,
          checksum: Array.isArray(checksum) ? checksum[0] : checksum,
          contentLength: length === undefined ? undefined : Number(length),
          body: bodyOf(request),
        });
      } catch (error) {
        // What is left is read and thrown away, so that the client gets the answer.
        request.raw.resume();
        throw error;
      }
      return { message: 'OK' };
    });

    fastify.get('/media/:mediaId/content', async (request, reply) => {
      const { contentType, blob } = await media.open(linkOf(request, 'read'));
      reply
        .header('content-type', contentType)
        .header('x-content-type-options', 'nosniff')
        // Whatever it is, it is nothing of ours: no scripts, no origin.
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('content-disposition', isShown(contentType) ? 'inline' : 'attachment')
        .header('cache-control', 'private, max-age=3600, immutable')
        .header('accept-ranges', 'bytes');
      const range = byteRangeOf(request.headers.range, blob.bytes);
      if (range === 'unsatisfiable') return refuseRange(reply, blob.bytes);
      if (range === null) return reply.header('content-length', blob.bytes).send(blob.read());
      return reply
        .code(206)
        .header('content-range', `bytes ${range.start}-${range.end}/${blob.bytes}`)
        .header('content-length', range.end - range.start + 1)
        .send(blob.read(range));
    });
  };
}

const refuseRange = (reply: FastifyReply, bytes: number) =>
  reply
    .code(416)
    .header('content-range', `bytes */${bytes}`)
    .header('content-type', 'application/json; charset=utf-8')
    .send({ message: `The content has ${bytes} bytes.`, error: 'RangeNotSatisfiableError' });

/** The body piece by piece; leaving early does not close the connection. */
async function* bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const source = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const pieces = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await pieces.next().catch((): never => {
        throw invalidRequest('The request ended before its body did.');
      });
      if (done) return;
      yield value;
    }
  } finally {
    await pieces.return?.();
  }
}
