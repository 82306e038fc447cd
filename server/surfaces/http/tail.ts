import type { ServerResponse } from 'node:http';
import type { FastifyPluginAsync } from 'fastify';
import { TAIL_PATH } from '../../../contract/api/traces.ts';
import { unavailable } from '../../lib/errors.ts';
import { answerError } from './errors.ts';
import { routePath } from './http-surface.ts';
import { authorise, type ScopeDeps } from './scope.ts';

export interface TailOptions extends ScopeDeps {
  /** Calls `listener` with the ids of traces whose rows became queryable, until the returned function is called. */
  subscribe(projectId: string, listener: (traceIds: readonly string[]) => void): () => void;
  /** Aborted when the server begins to drain: open streams end, new ones are refused. */
  stopping?: AbortSignal;
  heartbeatMs?: number;
}

export const HEARTBEAT_MS = 15_000;
/** Ids kept for a reader that does not read; beyond this the oldest are dropped, and the page shows them when it reloads. */
const MAX_WAITING = 10_000;

/**
 * The live tail: server-sent events at TAIL_PATH, below the prefix of our own API. Whether the caller may still see the project is
 * checked again at every heartbeat.
 */
export function tailSurface(options: TailOptions): FastifyPluginAsync {
  return async (app) => {
    const open = new Set<() => void>();
    const endAll = () => {
      for (const end of open) end();
    };
    options.stopping?.addEventListener('abort', endAll, { once: true });
    app.addHook('preClose', async () => endAll());
    app.setErrorHandler(answerError);

    app.get(routePath({ path: TAIL_PATH }), { exposeHeadRoute: false }, async (request, reply) => {
      const demand = { access: 'any', role: 'VIEWER' } as const;
      const caller = await authorise(options, demand, request);
      if (options.stopping?.aborted) throw unavailable('The server is stopping.', 5);
      reply.hijack();
      const response = reply.raw;
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) response.setHeader(name, value);
      }
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Proxies that gather answers would hold the events back.
        'x-accel-buffering': 'no',
      });
      const writer = createWriter(response);
      const unsubscribe = options.subscribe(caller.projectId!, writer.add);
      writer.comment('open');
      const heartbeat = setInterval(() => {
        writer.comment('still here');
        authorise(options, demand, request).catch(() => end());
      }, options.heartbeatMs ?? HEARTBEAT_MS);
      const end = () => {
        if (!open.delete(end)) return;
        clearInterval(heartbeat);
        unsubscribe();
        response.end();
      };
      open.add(end);
      response.on('close', end);
      response.on('error', end);
      if (response.destroyed) end();
    });
  };
}

/** Writes events; while the reader is behind, ids are gathered and sent as one event when it has caught up. */
function createWriter(response: ServerResponse) {
  const waiting = new Set<string>();
  let behind = false;
  const write = (text: string) => {
    if (!response.writableEnded && !response.destroyed) behind = !response.write(text);
  };
  const flush = () => {
    if (behind || waiting.size === 0) return;
    const traceIds = [...waiting];
    waiting.clear();
    write(`event: trace\ndata: ${JSON.stringify({ traceIds })}\n\n`);
  };
  response.on('drain', () => {
    behind = false;
    flush();
  });
  return {
    add(traceIds: readonly string[]) {
      for (const id of traceIds) waiting.add(id);
      while (waiting.size > MAX_WAITING) waiting.delete(waiting.values().next().value!);
      flush();
    },
    comment(text: string) {
      if (!behind) write(`: ${text}\n\n`);
    },
  };
}
