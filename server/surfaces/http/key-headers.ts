import type { FastifyInstance } from 'fastify';
import { authorizationOf } from '../../domains/access/index.ts';

/**
 * Lets a key pair come in the headers `x-langfuse-public-key` and `x-langfuse-secret-key` wherever it may come as Basic: it is written down
 * as that before any route looks. A request that has an `Authorization` keeps it.
 */
export function takeKeyHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }) => {
    if (headers.authorization) return;
    const authorization = authorizationOf((name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    });
    if (authorization) headers.authorization = authorization;
  });
}
