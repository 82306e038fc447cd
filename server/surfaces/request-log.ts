import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerTraceOf, correlationIdOf } from './http/index.ts';

/**
 * One line of the log a request: `warn` when it was refused (4xx, 503), `error` when it failed, else `debug`. It holds the ids by which
 * it is found again and the path without its query, never a header, a body or an address. Streams that are read for hours log when
 * they end.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    const line = {
      method: request.method,
      path: pathToLog(request),
      status: statusCode,
      ms: Math.round(reply.elapsedTime),
      correlationId: correlationIdOf(request),
      traceId: callerTraceOf(request),
    };
    if (statusCode >= 500 && statusCode !== 503) request.log.error(line, 'request failed');
    else if (statusCode >= 400) request.log.warn(line, 'request refused');
    else request.log.debug(line, 'request answered');
  });
}

const LONGEST = 300;

/** The address as it was asked for when there is no such route, else with the names of its parameters, which may be ids of people. */
function pathToLog(request: FastifyRequest): string {
  const route = request.routeOptions.url;
  const path = route === undefined || route === '*' || route === '/*' ? request.url.split('?', 1)[0]! : route;
  return path.slice(0, LONGEST);
}
