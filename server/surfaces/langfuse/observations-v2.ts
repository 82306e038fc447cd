import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { LEVELS } from '../../../contract/observation.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { chosenGroups, pageOfObservations } from './observation-fields.ts';
import {
  advanced,
  anyOf,
  before,
  commaTexts,
  conditionsOf,
  equals,
  flag,
  isTrue,
  option,
  since,
  text,
  texts,
  time,
} from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const listParams = z.object({
  fields: commaTexts,
  expandMetadata: commaTexts,
  limit: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(0).max(1000).default(50)),
  cursor: text,
  parseIoAsJson: flag,
  name: text,
  userId: text,
  sessionId: text,
  type: text,
  traceId: text,
  level: option(LEVELS),
  // Empty means: without a parent (so the clients say), unlike the other parameters.
  parentObservationId: z.preprocess((value) => (Array.isArray(value) ? value.at(-1) : value), z.string().optional()),
  isRootObservation: flag,
  environment: texts,
  fromStartTime: time,
  toStartTime: time,
  version: text,
  filter: advanced,
});

/** Observations of the Langfuse API, second version: cursor pages, groups of fields, texts as stored (contract §1.3). */
export function observationV2Routes({ access, store, findPrices }: ReadDeps): FastifyPluginAsync {
  return async (fastify) => {
    fastify.get('/v2/observations', async (request) => {
      const projectId = await projectOf(access, request);
      const params = listParams.parse(request.query);
      if (params.parseIoAsJson) {
        throw invalidRequest('parseIoAsJson=true is not supported: input and output are returned as they were stored.');
      }
      const filter = conditionsOf('observations', params.filter, [
        equals('name', params.name),
        equals('userId', params.userId),
        equals('sessionId', params.sessionId),
        equals('type', params.type),
        equals('traceId', params.traceId),
        equals('level', params.level),
        equals('parentObservationId', params.parentObservationId),
        isTrue('isRootObservation', params.isRootObservation),
        anyOf('environment', params.environment),
        since('startTime', params.fromStartTime),
        before('startTime', params.toStartTime),
        equals('version', params.version),
      ]);
      const { data, nextCursor } = await pageOfObservations(
        { store, findPrices },
        projectId,
        { filter },
        { cursor: params.cursor, limit: params.limit },
        { groups: chosenGroups(params.fields), expandMetadata: params.expandMetadata },
      );
      return { data, meta: nextCursor === null ? {} : { cursor: nextCursor } };
    });
  };
}
