import type { FastifyInstance } from 'fastify';
import { stringifyGently } from '../lib/gently.ts';

/** Answers are written in stretches: a page of large rows does not hold up everybody else. Call it before routes are registered. */
export function writeGently(app: FastifyInstance): void {
  app.addHook('preSerialization', async (_request, reply, payload) => {
    const text = await stringifyGently(payload);
    reply.serializer(() => text);
    return payload;
  });
}
