import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf, rememberRoutes } from './conventions.ts';

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * Makes every error on a part of the API `{message, code, …}` (contract §1.18): those of its routes, an unknown path (404) and another
 * method on a known one (405). Call it on an instance that holds a prefix of its own, before its routes are registered.
 */
export function applyErrorBodies(fastify: FastifyInstance, handleError: ErrorHandler): void {
  const methodsAt = rememberRoutes(fastify);
  fastify.setErrorHandler(handleError);
  fastify.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(request);
    if (methods.length > 0) {
      const body = { message: 'Method not allowed', code: 'method_not_allowed' };
      return reply.code(405).header('allow', methods.join(', ')).send(body);
    }
    const message = `No such route: ${request.method} ${pathOf(request)}`;
    return reply.code(404).send({ message, code: 'resource_not_found' });
  });
}
