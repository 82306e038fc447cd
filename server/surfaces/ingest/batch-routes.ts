import type { FastifyPluginAsync } from 'fastify';
import { LEGACY_WRITES } from '../../ingest/langfuse/legacy-writes.ts';
import { AppError, invalidRequest } from '../../lib/errors.ts';
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

    fastify.post('/ingestion', async (request, reply) => {
      try {
        const answer = await reader.withBody(request, (body) =>
          parts.door.acceptBatch(parseJson(body), reader.senderOf(request), body.length),
        );
        return await reply.code(207).send(answer);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'InvalidEnvelope') throw error;
        return reply.code(400).send({ message: error.message, errors: error.details });
      }
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

type Request = Parameters<RawBodies['withBody']>[0];

const withJson = <T>(reader: RawBodies, request: Request, work: (value: unknown, bytes: number) => Promise<T>): Promise<T> =>
  reader.withBody(request, (body) => work(parseJson(body), body.length));

/** @throws AppError 400 without the parser's text, which would repeat parts of the body */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
}
