import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { LEGACY_WRITES } from '../../ingest/langfuse/legacy-writes.ts';
import { AppError, invalidRequest } from '../../lib/errors.ts';
import { langfuseErrorHandler } from '../langfuse/errors.ts';
import type { IngestParts } from './parts.ts';
import { type RawBodies, takeRawBodies } from './raw-bodies.ts';
import { requireFullKey } from './sender.ts';

/**
 * Langfuse's writes of facts, below `/api/public`: `POST /ingestion` (contract §2), `POST /scores` (§1.5) and the single writes of
 * before the batch protocol (§1.20).
 */
export function createBatchRoutes(parts: IngestParts): FastifyPluginAsync {
  return async (fastify) => {
    const reader = takeRawBodies(fastify, parts, 'langfuse-batch');

    fastify.post('/ingestion', { errorHandler: answerEnvelopeError }, async (request, reply) => {
      const answer = await withJson(reader, request, (payload, bytes) =>
        parts.door.acceptBatch(payload, reader.senderOf(request), bytes),
      );
      return reply.code(207).send(answer);
    });

    fastify.post('/scores', (request) =>
      withJson(reader, request, (score, bytes) =>
        parts.door.acceptScore(score, { ...reader.senderOf(request), via: 'api' }, ['API', 'ANNOTATION'], bytes),
      ),
    );

    for (const write of LEGACY_WRITES) {
      fastify.route({
        method: write.method,
        url: write.path,
        handler: (request) => {
          requireFullKey(reader.senderOf(request));
          return withJson(reader, request, (body, bytes) =>
            parts.door.acceptLegacy(write, body, { ...reader.senderOf(request), via: 'api' }, bytes),
          );
        },
      });
    }
  };
}

/** A batch that is none has its issues under `errors` (contract §2.1); everything else is answered as everywhere. */
function answerEnvelopeError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof AppError) || error.code !== 'InvalidEnvelope') return langfuseErrorHandler(error, request, reply);
  return reply.code(error.status).send({ message: error.message, errors: error.details });
}

const withJson = <T>(
  reader: RawBodies,
  request: FastifyRequest,
  work: (value: unknown, bytes: number) => Promise<T>,
): Promise<T> => reader.withBody(request, (body) => work(parseJson(body), body.length));

/** @throws AppError 400 without the parser's text, which would repeat parts of the body */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
}
