import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Circumstances, Sender } from '../../ingest/types.ts';
import type { Via } from '../../store/analytics/rows.ts';
import { countRefusal } from './count-refusal.ts';
import { clientGone, type Held } from './intake-budget.ts';
import type { IngestParts } from './parts.ts';
import { readBody } from './read-body.ts';
import { authenticateSender, headersOf } from './sender.ts';

export interface RawBodies {
  /** Who sent this request; authentication comes before the first byte of the body is read. */
  senderOf(request: FastifyRequest): Sender;
  /** Reads the body, does the work and gives its bytes back to the budget. */
  withBody<T>(request: FastifyRequest, work: (body: Buffer, circumstances: Circumstances) => Promise<T>): Promise<T>;
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
      const held = openFor(request, parts);
      const { signal, forget } = whileConnected(request);
      try {
        const body = await readBody(request.raw, { limit: parts.maxBodyBytes, take: held.take });
        await held.turn(signal);
        return await work(body, { signal, prepared: held.done });
      } finally {
        forget();
        held.release();
      }
    },
  };
}

/** A share of the budget. What is refused here is read and thrown away, so that the client gets the answer. */
function openFor(request: FastifyRequest, { budget }: IngestParts): Held {
  try {
    return budget.open(Number(request.headers['content-length'] ?? 0) || 0);
  } catch (error) {
    request.raw.resume();
    throw error;
  }
}

/** A signal that is aborted when the client hangs up. */
function whileConnected(request: FastifyRequest): { signal: AbortSignal; forget: () => void } {
  const controller = new AbortController();
  const { socket } = request.raw;
  const gone = () => controller.abort(clientGone());
  if (socket.destroyed) gone();
  socket.once('close', gone);
  return { signal: controller.signal, forget: () => socket.off('close', gone) };
}
