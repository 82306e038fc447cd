import type { FastifyInstance } from 'fastify';
import { parseJsonBodies } from '../json-bodies.ts';

/**
 * Takes JSON of these types, and no body at all where a client announces JSON and sends none: many clients name the type on every
 * request, also on a DELETE. A route that needs a body then refuses the missing one itself. For the routes that are registered on this
 * instance and its children from now on.
 */
export const acceptEmptyJson = (fastify: FastifyInstance, types: readonly string[] = ['application/json']): void =>
  parseJsonBodies(fastify, { types, mayBeEmpty: true });
