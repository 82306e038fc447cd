import { Readable } from 'node:stream';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Operation } from '../../../contract/operation.ts';
import { API_ROOT } from '../../../contract/request.ts';
import { Download } from '../../lib/download.ts';
import type { Implemented } from '../../lib/implement.ts';
import { refuseDeepBodies } from '../deep-bodies.ts';
import { parseJsonBodies } from '../json-bodies.ts';
import { answerError, answerNoRoute } from './errors.ts';
import { readInput } from './input.ts';
import { authorise, type ScopeDeps } from './scope.ts';

/** Prefix of our own API. */
export const API_PREFIX = API_ROOT;

export interface HttpSurfaceOptions extends ScopeDeps {
  operations: readonly Implemented[];
  /** Checks every answer against its declared output, and refuses (500) one that breaks it. For tests: it costs time. */
  checkOutput?: boolean;
}

/** `/a/{b}` of a declaration in the router's spelling: `/a/:b`. */
export const routePath = (operation: Pick<Operation, 'path'>): string => operation.path.replace(/\{(\w+)\}/g, ':$1');

/**
 * Our own API: one route for each operation that it is given, below the prefix at which it is registered. Every route goes the same way:
 * who calls and may they (`authorise`), what do they ask (the declared input), the operation, its answer as JSON.
 */
export function httpSurface(options: HttpSurfaceOptions): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler(answerError);
    parseJsonBodies(app, { refusePrototypes: true });
    refuseDeepBodies(app);
    app.setNotFoundHandler(answerNoRoute);
    for (const { operation, handle } of options.operations) {
      app.route({
        method: operation.method,
        url: routePath(operation),
        handler: async (request, reply) => {
          const caller = await authorise(options, operation, request);
          const input = readInput(operation, request);
          const output = await handle(input as never, caller);
          // Answers hold what one person may see: no shared or later use.
          reply.header('cache-control', 'no-store');
          if (output instanceof Download) return sendFile(reply, output);
          if (options.checkOutput) checkOutput(operation, output);
          return reply.send(output);
        },
      });
    }
  };
}

function sendFile(reply: FastifyReply, { contentType, fileName, content }: Download) {
  return reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .header('x-content-type-options', 'nosniff')
    .send(Readable.from(content, { objectMode: false }));
}

function checkOutput(operation: Operation, output: unknown) {
  const checked = operation.output.safeParse(output);
  if (!checked.success) throw new Error(`The answer of ${operation.id} breaks its declaration: ${checked.error.message}`);
}
