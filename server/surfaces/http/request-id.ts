import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** A UUID of version 7 (RFC 9562 §5.7): its first 48 bits are milliseconds, so ids sort by time. */
export function timeOrderedId(now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

type Headers = Pick<IncomingMessage, 'headers'>;

/** A header's value when it is short and harmless in a log line. */
function harmless(request: Headers, name: string): string | undefined {
  const given = request.headers[name];
  return typeof given === 'string' && /^[\w.:+/=@-]{1,128}$/.test(given) ? given : undefined;
}

/** The caller's `X-Request-Id`, else its `X-Correlation-ID`, else a new one. For Fastify's `genReqId`. */
export function requestIdOf(request: Headers): string {
  return harmless(request, 'x-request-id') ?? harmless(request, 'x-correlation-id') ?? timeOrderedId();
}

/** The id that the caller follows over several services: its `X-Correlation-ID`, else the request's own. */
export function correlationIdOf(request: Headers & { id: string }): string {
  return harmless(request, 'x-correlation-id') ?? request.id;
}

/** The trace that the caller is in, by W3C Trace Context's `traceparent`; undefined when it says none. */
export function callerTraceOf({ headers }: Headers): string | undefined {
  const given = headers.traceparent;
  const traceId = typeof given === 'string' ? /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(given)?.[1] : undefined;
  return traceId === '0'.repeat(32) ? undefined : traceId;
}

/** Returns the request's ids with every answer. To be called on the root instance, before routes are registered. */
export function returnRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-correlation-id', correlationIdOf(request));
  });
}
