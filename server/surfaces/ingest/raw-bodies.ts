import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Sender } from '../../ingest/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { Via } from '../../store/analytics/rows.ts';
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
        return await work(await read(request, held.take));
      } finally {
        held.release();
      }
    },
  };

  async function read(request: FastifyRequest, take: (bytes: number) => void): Promise<Buffer> {
    try {
      return await readBody(request.raw, { limit: parts.maxBodyBytes, take });
    } catch (error) {
      if (error instanceof AppError)
        parts.receipts.turnedAway(senderOf(request), REASONS[error.status] ?? 'unreadable', error.message);
      throw error;
    }
  }
}

const REASONS: Readonly<Record<number, string>> = { 413: 'too_large', 429: 'busy' };
