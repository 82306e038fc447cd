import type { FastifyInstance } from 'fastify';

/**
 * Takes JSON of these types, and no body at all where a client announces JSON and sends none: many clients name the type on every
 * request, also on a DELETE. A route that needs a body then refuses the missing one itself. For the routes that are registered on this
 * instance and its children from now on.
 */
export function acceptEmptyJson(fastify: FastifyInstance, types: readonly string[] = ['application/json']): void {
  // Keys such as `__proto__` are data as any other: the parser makes them properties of their own, and nothing here merges objects by
  // assignment.
  const parse = fastify.getDefaultJsonParser('ignore', 'ignore');
  for (const type of types) {
    if (fastify.hasContentTypeParser(type)) fastify.removeContentTypeParser(type);
    fastify.addContentTypeParser(type, { parseAs: 'string' }, (request, body: string, done) => {
      if (body.trim() === '') done(null, undefined);
      else parse(request, body, done);
    });
  }
}
