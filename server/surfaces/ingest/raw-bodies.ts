import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Sender } from '../../ingest/types.ts';
import type { Via } from '../../store/analytics/rows.ts';
import { countRefusal } from './count-refusal.ts';
import type { IngestParts } from './parts.ts';
import { readBody } from './read-body.ts';
import { authenticateSender, headersOf } from './sender.ts';

export interface RawBodies {
  /** Who sent this request; authentication comes before the first byte of the body is read. */
  senderOf(request: FastifyRequest): Sender;
  /** Reads the body, does the work and gives its bytes back to the budget. */
  withBody<T>(request: FastifyRequest, work: (body: Buffer) => Promise<T>): Promise<T>;
}

/** Makes a plugin's routes take bodies of every type as raw bytes, from authenticated senders only. */
export function takeRawBodies(fastify: FastifyInstance, parts: IngestParts, via: Via): RawBodies {
  const senders = new WeakMap<FastifyRequest, Sender>();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  fastify.addHook('onRequest', async (request) => {
    senders.set(request, await authenticateSender(parts.access, headersOf(request.headers), via));
  });
  fastify.addHook('onError', async (request, _reply, error) => {
    const sender = senders.get(request);
    if (sender) countRefusal(parts.receipts, sender, error);
  });
  const senderOf = (request: FastifyRequest): Sender => {
    const sender = senders.get(request);
    if (!sender) throw new Error('a route of the door ran without its sender');
    return sender;
  };
  return {
    senderOf,
    async withBody(request, work) {
      const held = parts.budget.open();
      try {
        return await work(await readBody(request.raw, { limit: parts.maxBodyBytes, take: held.take }));
      } finally {
        held.release();
      }
    },
  };
}
