import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { LEVELS } from '../../../contract/observation.ts';
import { notFound } from '../../lib/errors.ts';
import { mapGently } from '../../lib/gently.ts';
import { pageObservations } from '../../query/page-observations.ts';
import { findObservations } from '../../query/read-observations.ts';
import { loadPrices, observationBody } from './observation-body.ts';
import {
  advanced,
  anyOf,
  before,
  conditionsOf,
  equals,
  option,
  pageMeta,
  pageParams,
  since,
  text,
  texts,
  time,
} from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const listParams = z.object({
  ...pageParams,
  name: text,
  userId: text,
  type: text,
  traceId: text,
  level: option(LEVELS),
  parentObservationId: text,
  environment: texts,
  fromStartTime: time,
  toStartTime: time,
  version: text,
  filter: advanced,
});

/** Observations of the Langfuse API, first version (contract §1.3). */
export function observationRoutes({ access, store, findPrices }: ReadDeps): FastifyPluginAsync {
  return async (fastify) => {
    fastify.get('/observations', async (request) => {
      const projectId = await projectOf(access, request);
      const params = listParams.parse(request.query);
      const filter = conditionsOf('observations', params.filter, [
        equals('name', params.name),
        equals('userId', params.userId),
        equals('type', params.type),
        equals('traceId', params.traceId),
        equals('level', params.level),
        equals('parentObservationId', params.parentObservationId),
        anyOf('environment', params.environment),
        since('startTime', params.fromStartTime),
        before('startTime', params.toStartTime),
        equals('version', params.version),
      ]);
      const { rows, total } = await pageObservations(
        store,
        projectId,
        { filter },
        { offset: (params.page - 1) * params.limit, limit: params.limit },
      );
      const pricesOf = await loadPrices(findPrices, projectId, rows);
      return {
        data: await mapGently(rows, (row) => observationBody(projectId, row, pricesOf(row))),
        meta: pageMeta(params.page, params.limit, total),
      };
    });

    fastify.get('/observations/:observationId', async (request) => {
      const projectId = await projectOf(access, request);
      const { observationId } = z.object({ observationId: z.string() }).parse(request.params);
      const [row] = await findObservations(store, projectId, observationId);
      if (!row) throw notFound('Observation not found within authorized project');
      const pricesOf = await loadPrices(findPrices, projectId, [row]);
      return observationBody(projectId, row, pricesOf(row));
    });
  };
}
