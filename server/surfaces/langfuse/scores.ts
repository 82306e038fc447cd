import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { findColumn } from '../../../contract/filter/columns.ts';
import { SCORE_DATA_TYPES, SCORE_SOURCES } from '../../../contract/score.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { getScore, pageScores, type ScoreScope } from '../../query/list-scores.ts';
import type { StoredScore } from '../../query/read-scores.ts';
import { readTraceFacts, type TraceFacts } from '../../query/read-traces.ts';
import { orNull } from '../../query/stored-values.ts';
import {
  advanced,
  allOf,
  anyOf,
  before,
  commaTexts,
  conditionsOf,
  equals,
  number,
  option,
  pageMeta,
  pageParams,
  since,
  text,
  texts,
  time,
} from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { scoreV1Body, scoreV2Body } from './score-body.ts';

const listParams = z.object({
  ...pageParams,
  userId: text,
  name: text,
  fromTimestamp: time,
  toTimestamp: time,
  environment: texts,
  source: option(SCORE_SOURCES),
  operator: option(['<', '>', '<=', '>=', '!=', '=']),
  value: number,
  scoreIds: commaTexts,
  configId: text,
  sessionId: text,
  datasetRunId: text,
  traceId: text,
  observationId: commaTexts,
  queueId: text,
  dataType: option(SCORE_DATA_TYPES),
  traceTags: commaTexts,
  fields: commaTexts,
  filter: advanced,
});
type ListParams = z.output<typeof listParams>;

const asksOfTrace = ({ userId, traceTags }: ListParams) => userId !== undefined || traceTags !== undefined;

/** The chosen groups; unknown names are dropped, and the scores themselves cannot be left out. */
function withTraceOf(params: ListParams): boolean {
  const fields = params.fields ?? ['score', 'trace'];
  if (!fields.includes('score')) throw invalidRequest('fields must name "score" and may name "trace".');
  const withTrace = fields.includes('trace');
  if (!withTrace && asksOfTrace(params)) {
    throw invalidRequest('Filters on the trace (userId, traceTags) need the field group "trace".');
  }
  return withTrace;
}

function scopeOf(params: ListParams): ScoreScope {
  // A condition of the advanced filter replaces the simple parameter on its column (contract §5.6).
  const named = new Set(params.filter?.map(({ column }) => findColumn('scores', column)?.id));
  return {
    filter: conditionsOf('scores', params.filter, [
      equals('userId', params.userId),
      equals('name', params.name),
      since('timestamp', params.fromTimestamp),
      before('timestamp', params.toTimestamp),
      anyOf('environment', params.environment),
      equals('source', params.source),
      equals('sessionId', params.sessionId),
      equals('traceId', params.traceId),
      equals('dataType', params.dataType),
      allOf('tags', params.traceTags),
    ]),
    ids: named.has('id') ? undefined : params.scoreIds,
    observationIds: named.has('observationId') ? undefined : params.observationId,
    configId: params.configId,
    queueId: params.queueId,
    datasetRunId: params.datasetRunId,
    // A question about the trace asks of the trace too where it is.
    traceEnvironments: asksOfTrace(params) && !named.has('environment') ? params.environment : undefined,
    // One without the other says nothing.
    value:
      params.operator && params.value !== undefined && !named.has('value')
        ? { operator: params.operator, value: params.value }
        : undefined,
  };
}

const traceOfV1 = (trace: TraceFacts | undefined) =>
  trace ? { userId: orNull(trace.userId), tags: trace.tags, environment: trace.environment } : null;
const traceOfV2 = (trace: TraceFacts | undefined) => (trace ? { ...traceOfV1(trace), sessionId: orNull(trace.sessionId) } : null);

/** Reads of scores, first and second version (contract §1.5). */
export function scoreRoutes({ access, store }: ReadDeps): FastifyPluginAsync {
  const tracesOf = (projectId: string, scores: readonly StoredScore[]) =>
    readTraceFacts(
      store,
      projectId,
      [...new Set(scores.map(({ trace_id }) => trace_id))].filter((id) => id !== ''),
    );

  return async (fastify) => {
    fastify.get('/scores', async (request) => {
      const projectId = await projectOf(access, request);
      const params = listParams.parse(request.query);
      const page = { offset: (params.page - 1) * params.limit, limit: params.limit };
      const { scores, total } = await pageScores(store, projectId, { ...scopeOf(params), onlyOfTraces: true }, page);
      const traces = await tracesOf(projectId, scores);
      return {
        data: scores.map((score) => ({ ...scoreV1Body(projectId, score), trace: traceOfV1(traces.get(score.trace_id)) })),
        meta: pageMeta(params.page, params.limit, total),
      };
    });

    fastify.get('/scores/:scoreId', async (request) => {
      const projectId = await projectOf(access, request);
      const score = await getScore(store, projectId, scoreIdOf(request.params), true);
      if (!score) throw notFound('Score not found within authorized project');
      return scoreV1Body(projectId, score);
    });

    fastify.get('/v2/scores', async (request) => {
      const projectId = await projectOf(access, request);
      const params = listParams.parse(request.query);
      const withTrace = withTraceOf(params);
      const page = { offset: (params.page - 1) * params.limit, limit: params.limit };
      const { scores, total } = await pageScores(store, projectId, scopeOf(params), page);
      const traces = withTrace ? await tracesOf(projectId, scores) : null;
      return {
        data: scores.map((score) => ({
          ...scoreV2Body(projectId, score),
          trace: traceOfV2(traces?.get(score.trace_id)),
        })),
        meta: pageMeta(params.page, params.limit, total),
      };
    });

    fastify.get('/v2/scores/:scoreId', async (request) => {
      const projectId = await projectOf(access, request);
      const score = await getScore(store, projectId, scoreIdOf(request.params));
      if (!score) throw notFound('Score not found within authorized project');
      return scoreV2Body(projectId, score);
    });
  };
}

const scoreIdOf = (params: unknown) => z.object({ scoreId: z.string() }).parse(params).scoreId;
