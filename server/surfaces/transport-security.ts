import type { FastifyInstance } from 'fastify';

/** A year, as browsers' preload lists ask for at least. */
const ONE_YEAR = 'max-age=31536000';

/**
 * Behind https, tells browsers never to come by http again (RFC 6797): for requests that came by https, as a trusted proxy says it. By
 * http the header would be void.
 */
export function requireHttpsAgain(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.protocol === 'https') reply.header('strict-transport-security', ONE_YEAR);
  });
}
