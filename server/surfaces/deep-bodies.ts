import type { FastifyInstance } from 'fastify';
import { DEEPEST, isTooDeep } from '../ingest/langfuse/nesting.ts';
import { invalidRequest } from '../lib/errors.ts';

/**
 * Refuses (400) JSON bodies that could be read but not be printed or walked through again, on all routes that are registered on this
 * instance and its children from now on. Routes that read their body themselves, as the doors do, are not concerned.
 */
export function refuseDeepBodies(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', async ({ body }) => {
    if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return;
    if (isTooDeep(body)) throw invalidRequest(`The body is nested deeper than ${DEEPEST} levels.`);
  });
}
