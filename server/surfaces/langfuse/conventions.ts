import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { allowEveryOrigin } from './cors.ts';
import { langfuseErrorHandler } from './errors.ts';

/**
 * What every public route shares (contract §0.1, §0.2): cross-origin access, error bodies, 404 for an unknown path and 405 for a known
 * path with another method. Call it once on the instance that holds the prefix `/api/public`, before its routes are registered as
 * children; two sets of routes below one prefix then answer 405 as one.
 */
export function applyLangfuseConventions(fastify: FastifyInstance): void {
  const paths = new Map<string, { matches: RegExp; methods: Set<string> }>();
  fastify.addHook('onRoute', (route) => {
    const known = paths.get(route.url) ?? { matches: patternOf(route.url), methods: new Set<string>() };
    for (const method of [route.method].flat()) known.methods.add(method);
    paths.set(route.url, known);
  });
  fastify.addHook('onRequest', allowEveryOrigin);
  fastify.setErrorHandler(langfuseErrorHandler);
  fastify.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = [...paths.values()].filter(({ matches }) => matches.test(path)).flatMap((known) => [...known.methods]);
    if (methods.length > 0) return methodNotAllowed(reply, methods);
    return reply.code(404).send({ message: `No such route: ${request.method} ${path}`, error: 'LangfuseNotFoundError' });
  });
}

function methodNotAllowed(reply: FastifyReply, methods: readonly string[]): FastifyReply {
  return reply
    .code(405)
    .header('allow', [...new Set(methods)].sort().join(', '))
    .send({ message: 'Method not allowed', error: 'MethodNotAllowedError' });
}

const pathOf = (request: FastifyRequest): string => {
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
