import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { notFound } from '../../lib/errors.ts';
import { mapGently } from '../../lib/gently.ts';
import { microsOf } from '../../query/conditions.ts';
import { getSession, pageSessions, type SessionFacts } from '../../query/list-sessions.ts';
import { readTraceFacts, readTraceMetadata } from '../../query/read-traces.ts';
import { isoOf } from '../../query/stored-values.ts';
import { pageMeta, pageParams, texts, time } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { traceBody } from './trace-body.ts';

const listParams = z.object({ ...pageParams, fromTimestamp: time, toTimestamp: time, environment: texts });

const sessionBody = (projectId: string, { id, createdAt, environment }: SessionFacts) => ({
  id,
  createdAt: isoOf(createdAt),
  projectId,
  environment,
});

/** Sessions of the Langfuse API (contract §1.4). */
export function sessionRoutes({ access, store }: ReadDeps): FastifyPluginAsync {
  return async (fastify) => {
    fastify.get('/sessions', async (request) => {
      const projectId = await projectOf(access, request);
      const params = listParams.parse(request.query);
      const scope = {
        from: params.fromTimestamp === undefined ? undefined : microsOf(params.fromTimestamp),
        to: params.toTimestamp === undefined ? undefined : microsOf(params.toTimestamp),
        environments: params.environment,
      };
      const page = { offset: (params.page - 1) * params.limit, limit: params.limit };
      const { sessions, total } = await pageSessions(store, projectId, scope, page);
      return {
        data: sessions.map((session) => sessionBody(projectId, session)),
        meta: pageMeta(params.page, params.limit, total),
      };
    });

    const readSession = async (request: FastifyRequest, sessionId: string) => {
      const projectId = await projectOf(access, request);
      const session = await getSession(store, projectId, sessionId);
      if (!session) throw notFound('Session not found within authorized project');
      const [facts, metadata] = await Promise.all([
        readTraceFacts(store, projectId, session.traceIds, 'whole'),
        readTraceMetadata(store, projectId, session.traceIds),
      ]);
      const traces = session.traceIds.map((id) => facts.get(id)).filter((fact) => fact !== undefined);
      return {
        ...sessionBody(projectId, session),
        traces: await mapGently(traces, (fact) => traceBody(projectId, fact, metadata.get(fact.trace_id) ?? {})),
      };
    };
    fastify.get<{ Params: { sessionId: string } }>('/sessions/:sessionId', (request) =>
      readSession(request, request.params.sessionId),
    );
    // Python's client puts an id into the path as it is: `a/b` arrives as two parts.
    fastify.get<{ Params: { '*': string } }>('/sessions/*', (request) => readSession(request, request.params['*']));
  };
}
