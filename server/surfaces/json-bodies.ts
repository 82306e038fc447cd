import type { FastifyInstance } from 'fastify';
import { parseBody } from '../lib/json-body.ts';

export interface JsonBodies {
  types?: readonly string[];
  /** Whether no body at all is one that says nothing. */
  mayBeEmpty?: boolean;
  /**
   * Refuses (400) keys that would reach the prototype of an object. Where callers have a use for them they are data as any other: parsers
   * make them properties of their own, and nothing merges objects by assignment.
   */
  refusePrototypes?: boolean;
}

/** May be, or spell out, a key that the framework's parser is to judge. */
const PROTOTYPES = /__proto__|constructor|\\u/;

/**
 * Reads JSON bodies so that callers' values keep all digits, on the routes that are registered on this instance and its children from now
 * on.
 */
export function parseJsonBodies(fastify: FastifyInstance, options: JsonBodies = {}): void {
  const { types = ['application/json'], mayBeEmpty = false, refusePrototypes = false } = options;
  const action = refusePrototypes ? 'error' : 'ignore';
  const framework = fastify.getDefaultJsonParser(action, action);
  for (const type of types) {
    if (fastify.hasContentTypeParser(type)) fastify.removeContentTypeParser(type);
    fastify.addContentTypeParser(type, { parseAs: 'string' }, (request, body: string, done) => {
      if (mayBeEmpty && body.trim() === '') return done(null, undefined);
      const judged = refusePrototypes && PROTOTYPES.test(body);
      try {
        const value = parseBody(body);
        if (!judged) return done(null, value);
      } catch {
        // What is wrong with it the framework says.
      }
      framework(request, body, judged ? (error, value) => done(error, error ? undefined : (parseBody(body) ?? value)) : done);
    });
  }
}
