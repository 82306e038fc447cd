import type { FastifyPluginAsync } from 'fastify';
import { type AccessDomain, AUTH_PATH } from '../../domains/access/index.ts';
import { answerError } from './errors.ts';

const MAX_BODY = 64 * 1024;

/** Mounts sign-in at `/api/auth/*`. Its body goes through as it came. To be registered without a prefix. */
export function authSurface({ access }: { access: Pick<AccessDomain, 'signIn'> }): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler(answerError);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY }, (_request, body, done) => done(null, body));
    app.route({
      method: ['GET', 'POST'],
      url: `${AUTH_PATH}/*`,
      handler: async (request, reply) => {
        const headers = new Headers();
        for (const [name, value] of Object.entries(request.headers)) {
          if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
        }
        const body = request.method === 'POST' && Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : undefined;
        // The host of this URL is never used: only path and query are.
        const url = new URL(request.url, 'http://localhost');
        const answer = await access.signIn.handle(new Request(url, { method: request.method, headers, body }), request.ip);
        reply.code(answer.status).header('cache-control', 'no-store');
        for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value);
        for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
        return reply.send(Buffer.from(await answer.arrayBuffer()));
      },
    });
  };
}
