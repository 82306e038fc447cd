import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Cross-origin access of the public API (contract §0.1): every origin, no credentials (a key in a header is the only authority, so no
 * other site can act for a signed-in person). Use as `onRequest` hook, before authentication; answers OPTIONS itself.
 */
export async function allowEveryOrigin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const origin = request.headers.origin;
  if (origin !== undefined) {
    reply.header('access-control-allow-origin', origin).header('vary', 'Origin');
    reply.header('access-control-expose-headers', 'Retry-After, X-Request-Id, X-Correlation-ID');
  }
  if (request.method !== 'OPTIONS') return undefined;
  const asked = request.headers['access-control-request-headers'];
  reply.header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
  if (asked !== undefined) reply.header('access-control-allow-headers', asked);
  reply.header('access-control-max-age', '86400');
  return reply.code(204).send();
}
