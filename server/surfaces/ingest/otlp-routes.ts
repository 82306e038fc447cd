import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { OtlpFormat } from '../../ingest/door.ts';
import { AppError } from '../../lib/errors.ts';
import { answerOf } from '../langfuse/errors.ts';
import { acceptSignal, answerSignal, SIGNALS } from './otlp-signals.ts';
import type { IngestParts } from './parts.ts';
import { takeRawBodies } from './raw-bodies.ts';
import { admitOtlp, headersOf } from './sender.ts';

const PROTOBUF = 'application/x-protobuf';

/** OTLP over HTTP (contract §3.1): `POST <prefix>/traces`, `/logs` and `/metrics`. */
export function createOtlpRoutes(parts: IngestParts): FastifyPluginAsync {
  return async (fastify) => {
    const reader = takeRawBodies(fastify, parts, 'otlp-http');
    answerErrorsAsOtlp(fastify);

    for (const signal of SIGNALS) {
      fastify.post(`/${signal}`, async (request, reply) => {
        const sender = admitOtlp(reader.senderOf(request), headersOf(request.headers));
        const format = formatOf(request.headers['content-type']);
        const outcome = await reader.withBody(request, (body, circumstances) =>
          acceptSignal(parts.door, signal, body, format, sender, circumstances),
        );
        return reply.type(format === 'json' ? 'application/json' : PROTOBUF).send(answerSignal(signal, format, outcome));
      });
    }
  };
}

function formatOf(contentType: string | undefined): OtlpFormat {
  const type = (contentType ?? '').toLowerCase();
  if (type.includes(PROTOBUF)) return 'protobuf';
  if (type.includes('application/json')) return 'json';
  throw invalidContentType();
}

const invalidContentType = () => new AppError(400, 'InvalidRequestError', 'Invalid content type');

/** Whether the framework gave up on a `Content-Type` that is not even of the form `a/b`. */
const isMediaTypeError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';

/** Errors of these routes carry their text as `error` (contract §3.1), and as `message` like everywhere else. */
function answerErrorsAsOtlp(fastify: FastifyInstance): void {
  fastify.setErrorHandler((error, request, reply) => {
    const { status, body, headers } = answerOf(isMediaTypeError(error) ? invalidContentType() : error);
    if (status === 500) request.log.error({ err: error }, 'request failed');
    return reply.code(status).headers(headers).type('application/json').send({ error: body.message, message: body.message });
  });
}
