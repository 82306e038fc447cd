import type { FastifyInstance } from 'fastify';

/**
 * Takes JSON of these types, and no body at all where a client announces JSON and sends none: many clients name the type on every
 * request, also on a DELETE. A route that needs a body then refuses the missing one itself. For the routes that are registered on this
 * instance and its children from now on.
 */
export function acceptEmptyJson(fastify: FastifyInstance, types: readonly string[] = ['application/json']): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  for (const type of types) {
    if (fastify.hasContentTypeParser(type)) fastify.removeContentTypeParser(type);
    fastify.addContentTypeParser(type, { parseAs: 'string' }, (request, body: string, done) => {
      if (body.trim() === '') done(null, undefined);
      else parse(request, body, done);
    });
  }
}
