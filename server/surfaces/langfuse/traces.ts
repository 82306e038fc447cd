import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { findColumn } from '../../../contract/filter/columns.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { mapGently } from '../../lib/gently.ts';
import { pageTraces } from '../../query/page-traces.ts';
import { readStepsOfTraces } from '../../query/read-observations.ts';
import { readScoresOfTraces } from '../../query/read-scores.ts';
import { readTraceFacts, readTraceMetadata } from '../../query/read-traces.ts';
import { readTraceMembers } from '../../query/trace-members.ts';
import { onEnvironment, readTraceShares, type TraceShare } from '../../query/trace-share.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { loadPrices } from './observation-body.ts';
import {
  advanced,
  allOf,
  anyOf,
  before,
  commaTexts,
  conditionsOf,
  equals,
  pageMeta,
  pageParams,
  since,
  text,
  texts,
  time,
} from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { traceBody, traceFields, traceMembers, traceMetrics } from './trace-body.ts';

const listParams = z.object({
  ...pageParams,
  userId: text,
  name: text,
  sessionId: text,
  fromTimestamp: time,
  toTimestamp: time,
  orderBy: text,
  tags: commaTexts,
  version: text,
  release: text,
  environment: texts,
  fields: text,
  filter: advanced,
});

const NO_SHARE: TraceShare = { latency: null, totalCost: null };

const oneParams = z.object({ traceId: z.string() });
const deleteBody = z.object({ traceIds: z.array(z.string()).min(1).max(1000) });

/** Traces of the Langfuse API: list, get, delete (contract §1.2). */
export function traceRoutes(deps: ReadDeps & { store: AnalyticsStore }): FastifyPluginAsync {
  const { access, store, findPrices } = deps;
  return async (fastify) => {
    fastify.get('/traces', async (request) => {
      const projectId = await projectOf(access, request);
      const params = listParams.parse(request.query);
      const fields = traceFields(params.fields);
      const filter = conditionsOf('traces', params.filter, [
        equals('userId', params.userId),
        equals('name', params.name),
        equals('sessionId', params.sessionId),
        since('timestamp', params.fromTimestamp),
        before('timestamp', params.toTimestamp),
        allOf('tags', params.tags),
        equals('version', params.version),
        equals('release', params.release),
        anyOf('environment', params.environment),
      ]);
      const page = {
        orderBy: orderOf(params.orderBy),
        offset: (params.page - 1) * params.limit,
        limit: params.limit,
        texts: fields.has('io'),
      };
      const { traces, total } = await pageTraces(store, projectId, { filter }, page);
      const ids = traces.map(({ trace_id }) => trace_id);
      // A list of one environment counts of each trace only what is in it.
      const environment = onEnvironment(filter);
      const [metadata, members, shares] = await Promise.all([
        fields.has('io') ? readTraceMetadata(store, projectId, ids) : null,
        fields.has('observations') || fields.has('scores') ? readTraceMembers(store, projectId, ids, environment) : null,
        fields.has('metrics') && environment.length > 0 ? readTraceShares(store, projectId, ids, environment) : null,
      ]);
      const data = await mapGently(traces, (fact) => ({
        ...traceBody(projectId, fact, metadata && (metadata.get(fact.trace_id) ?? {})),
        observations: (fields.has('observations') && members?.get(fact.trace_id)?.observations) || [],
        scores: (fields.has('scores') && members?.get(fact.trace_id)?.scores) || [],
        ...traceMetrics(shares ? (shares.get(fact.trace_id) ?? NO_SHARE) : fact, fields.has('metrics')),
      }));
      return { data, meta: pageMeta(params.page, params.limit, total) };
    });

    fastify.get('/traces/:traceId', async (request) => {
      const projectId = await projectOf(access, request);
      const { traceId } = oneParams.parse(request.params);
      const fields = traceFields(z.object({ fields: text }).parse(request.query).fields);
      const [facts, metadata, observations, scores] = await Promise.all([
        readTraceFacts(store, projectId, [traceId], fields.has('io') ? 'whole' : 'none'),
        fields.has('io') ? readTraceMetadata(store, projectId, [traceId]) : null,
        fields.has('observations') ? readStepsOfTraces(store, projectId, [traceId]) : [],
        fields.has('scores') ? readScoresOfTraces(store, projectId, [traceId]) : [],
      ]);
      const fact = facts.get(traceId);
      if (!fact) throw notFound(`Trace ${traceId} not found within authorized project`);
      const pricesOf = await loadPrices(findPrices, projectId, observations);
      return {
        ...traceBody(projectId, fact, metadata && (metadata.get(traceId) ?? {})),
        ...traceMetrics(fact, fields.has('metrics')),
        ...(await traceMembers(projectId, observations, scores, pricesOf)),
      };
    });

    fastify.delete('/traces/:traceId', async (request) => {
      const projectId = await projectOf(access, request);
      const { traceId } = oneParams.parse(request.params);
      await store.deleteTraces(projectId, [traceId]);
      return { message: 'Trace deleted successfully' };
    });

    fastify.delete('/traces', async (request) => {
      const projectId = await projectOf(access, request);
      const { traceIds } = deleteBody.parse(request.body);
      await store.deleteTraces(projectId, traceIds);
      return { message: 'Traces deleted successfully' };
    });
  };
}

/** `<column>.<asc|desc>`; newest first when absent. */
function orderOf(orderBy: string | undefined): { column: string; direction: 'asc' | 'desc' } {
  if (orderBy === undefined) return { column: 'timestamp', direction: 'desc' };
  const at = orderBy.lastIndexOf('.');
  const [column, direction] = at === -1 ? [orderBy, 'desc'] : [orderBy.slice(0, at), orderBy.slice(at + 1).toLowerCase()];
  if (direction !== 'asc' && direction !== 'desc')
    throw invalidRequest(`orderBy must be <column>.asc or <column>.desc, not "${orderBy}".`);
  const found = findColumn('traces', column);
  if (!found?.sortable) throw invalidRequest(`Traces cannot be ordered by "${column}".`);
  return { column: found.id, direction };
}
