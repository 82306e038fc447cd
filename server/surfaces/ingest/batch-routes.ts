import { setImmediate } from 'node:timers/promises';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { CLAIMABLE_SCORE_SOURCES } from '../../../contract/score.ts';
import { LEGACY_WRITES } from '../../ingest/langfuse/legacy-writes.ts';
import type { Circumstances } from '../../ingest/types.ts';
import { AppError, invalidRequest } from '../../lib/errors.ts';
import { parseBody } from '../../lib/json-body.ts';
import { namingErrorHandler } from '../langfuse/errors.ts';
import type { IngestParts } from './parts.ts';
import { type RawBodies, takeRawBodies } from './raw-bodies.ts';
import { requireFullKey } from './sender.ts';

/**
 * Langfuse's writes of facts, below `/api/public`: `POST /ingestion` (contract §2), `POST /scores` (§1.5) and the single writes of
 * before the batch protocol (§1.20).
 */
export function createBatchRoutes(parts: IngestParts): FastifyPluginAsync {
  return async (fastify) => {
    await fastify.register(batchRoute(parts));
    await fastify.register(singleRoutes(parts));
  };
}

const batchRoute =
  (parts: IngestParts): FastifyPluginAsync =>
  async (fastify) => {
    const reader = takeRawBodies(fastify, parts, 'langfuse-batch');

    fastify.post('/ingestion', { errorHandler: answerEnvelopeError }, async (request, reply) => {
      const answer = await withJson(reader, request, (payload, bytes, circumstances) =>
        parts.door.acceptBatch(payload, reader.senderOf(request), bytes, circumstances),
      );
      return reply.code(207).send(answer);
    });
  };

const singleRoutes =
  (parts: IngestParts): FastifyPluginAsync =>
  async (fastify) => {
    const reader = takeRawBodies(fastify, parts, 'api');

    fastify.post('/scores', async (request, reply) =>
      withJson(reader, request, async (given, bytes) => {
        const sender = reader.senderOf(request);
        if (!Array.isArray(given)) return parts.door.acceptScore(withoutClaims(given), sender, CLAIMABLE_SCORE_SOURCES, bytes);
        const share = Math.ceil(bytes / Math.max(1, given.length));
        const each = await acceptScores(given, (score) =>
          parts.door.acceptScore(withoutClaims(score), sender, CLAIMABLE_SCORE_SOURCES, share),
        );
        return reply.code(each.rejected === 0 ? 202 : 207).send(each.rejected === 0 ? { message: 'Accepted' } : each);
      }),
    );

    for (const write of LEGACY_WRITES) {
      fastify.route({
        method: write.method,
        url: write.path,
        handler: (request) => {
          const sender = reader.senderOf(request);
          requireFullKey(sender);
          return withJson(reader, request, (body, bytes) => parts.door.acceptLegacy(write, body, sender, bytes));
        },
      });
    }
  };

const MOST_SCORES = 5_000;

/** Who judged, and by which trace, only the server itself says: nobody scores in another's name. */
function withoutClaims(score: unknown): unknown {
  if (typeof score !== 'object' || score === null) return score;
  const { authorUserId: _author, executionTraceId: _trace, ...rest } = score as Record<string, unknown>;
  return rest;
}

/**
 * A list of scores, as Langfuse's Python SDK sends them from version 5 on: 202 `{message: "Accepted"}` when all are taken, else 207 with counts and
 * a message for each refused one. The SDK retries neither, so what is merely too much at once is an error of the whole request.
 * @throws AppError 400 for none or too many; 429 and 503 of the door
 */
async function acceptScores(scores: readonly unknown[], accept: (score: unknown) => Promise<unknown>) {
  if (scores.length === 0 || scores.length > MOST_SCORES) throw invalidRequest(`A list holds 1 to ${MOST_SCORES} scores.`);
  const outcomes = await Promise.allSettled(scores.map(accept));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  const passing = reasons.find((reason) => !(reason instanceof AppError) || reason.status === 429 || reason.status >= 500);
  if (passing) throw passing;
  const errors = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [{ message: `scores[${index}]: ${(outcome.reason as AppError).message}` }] : [],
  );
  return { accepted: scores.length - errors.length, rejected: errors.length, errors };
}

/** A batch that is none has its issues under `errors` (contract §2.1); everything else is answered as everywhere. */
function answerEnvelopeError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof AppError) || error.code !== 'InvalidEnvelope') return namingErrorHandler(error, request, reply);
  return reply.code(error.status).send({ message: error.message, errors: error.details });
}

const withJson = <T>(
  reader: RawBodies,
  request: FastifyRequest,
  work: (value: unknown, bytes: number, circumstances: Circumstances) => Promise<T>,
): Promise<T> =>
  reader.withBody(request, async (body, circumstances) => {
    const value = parseJson(body);
    // To read a large text takes a while by itself: others have their turn before it is looked at.
    if (body.length > 1_000_000) await setImmediate();
    return work(value, body.length, circumstances);
  });

/** @throws AppError 400 without the parser's text, which would repeat parts of the body */
function parseJson(body: Buffer): unknown {
  try {
    return parseBody(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
}
