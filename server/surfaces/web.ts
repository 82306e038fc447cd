import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

const securityHeaders = (mediaOrigin: string) => ({
  'content-security-policy': `default-src 'self'; img-src 'self' data: blob: https: http:; media-src 'self' data: blob:${mediaOrigin && ` ${mediaOrigin}`}; style-src 'self' 'unsafe-inline'; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
});

/**
 * The built web app. Files with a hash in their name are cached for a year; every other path that is no API path answers with the
 * app's page, which finds the route itself. Without a build (`npm run dev`) it says where the app is.
 */
export function webSurface(options: {
  folder: string;
  /** Where sounds and videos come from besides this server; empty or absent: nowhere. */
  mediaOrigin?: string;
}): FastifyPluginAsync {
  return async (app) => {
    const headers = securityHeaders(options.mediaOrigin ?? '');
    const indexFile = join(options.folder, 'index.html');
    if (!existsSync(indexFile)) {
      app.get('/', async (_request, reply) =>
        reply
          .code(503)
          .type('text/plain')
          .send('The web app is not built. Run `npm run up`, or open the address that `npm run dev` prints.\n'),
      );
      return;
    }
    const index = await readFile(indexFile);
    await app.register(fastifyStatic, {
      root: options.folder,
      index: false,
      wildcard: false,
      setHeaders: (reply, path) => {
        reply.headers(headers);
        reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    const page = async (_request: FastifyRequest, reply: FastifyReply) =>
      reply.headers(headers).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(index);
    app.get('/', page);
    // As the answer to what no route takes, so that the API prefixes keep their own answers to unknown paths.
    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?', 1)[0]!;
      const isPage = (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|v1|assets)(\/|$)/.test(path);
      if (isPage) return page(request, reply);
      return reply.code(404).send({ error: { code: 'NotFoundError', message: `No such route: ${request.method} ${path}` } });
    });
  };
}
