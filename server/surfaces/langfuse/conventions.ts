import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseDeepBodies } from '../deep-bodies.ts';
import { allowEveryOrigin } from './cors.ts';
import { acceptEmptyJson } from './empty-json.ts';
import { langfuseErrorHandler } from './errors.ts';

/**
 * What every public route shares (contract §0.1, §0.2): cross-origin access, answers that no cache keeps, error bodies, 404 for an unknown path and 405 for a known
 * path with another method. Call it once on the instance that holds the prefix `/api/public`, before its routes are registered as
 * children; two sets of routes below one prefix then answer 405 as one.
 */
export function applyLangfuseConventions(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', allowEveryOrigin);
  // What is read with a key is nobody else's; routes with content that may be kept say so themselves.
  fastify.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  refuseDeepBodies(fastify);
  acceptEmptyJson(fastify);
  applyPublicErrors(fastify);
}

/** The error bodies alone: for a part of the API below one that has others. */
export function applyPublicErrors(fastify: FastifyInstance): void {
  const methodsAt = rememberRoutes(fastify);
  fastify.setErrorHandler(langfuseErrorHandler);
  fastify.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(request);
    if (methods.length > 0) return methodNotAllowed(reply, methods);
    const message = `No such route: ${request.method} ${pathOf(request)}`;
    return reply.code(404).send({ message, error: 'LangfuseNotFoundError' });
  });
}

/** Remembers the routes that are registered on this instance and its children from now on: which methods has a request's path? */
export function rememberRoutes(fastify: FastifyInstance): (request: FastifyRequest) => string[] {
  const paths = new Map<string, { matches: RegExp; methods: Set<string> }>();
  fastify.addHook('onRoute', (route) => {
    const known = paths.get(route.url) ?? { matches: patternOf(route.url), methods: new Set<string>() };
    for (const method of [route.method].flat()) known.methods.add(method);
    paths.set(route.url, known);
  });
  return (request) => {
    const path = pathOf(request);
    const methods = [...paths.values()].filter(({ matches }) => matches.test(path)).flatMap((known) => [...known.methods]);
    return [...new Set(methods)].sort();
  };
}

function methodNotAllowed(reply: FastifyReply, methods: readonly string[]): FastifyReply {
  return reply
    .code(405)
    .header('allow', methods.join(', '))
    .send({ message: 'Method not allowed', error: 'MethodNotAllowedError' });
}

/** Path of a request without query and closing slash. */
export const pathOf = (request: FastifyRequest): string => {
  const path = request.url.split('?', 1)[0] ?? '';
  return path.length > 1 ? path.replace(/\/$/, '') : path;
};

/** `/a/:id/b` as a regular expression; `*` takes the rest. */
function patternOf(url: string): RegExp {
  const source = url
    .replace(/\/$/, '')
    .split('/')
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('/');
  return new RegExp(`^${source}$`);
}
