import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { metricsQuery } from '../../../contract/metrics.ts';
import { getDailyMetrics } from '../../query/metrics/daily-metrics.ts';
import type { MetricsVersion } from '../../query/metrics/field.ts';
import { getMetrics } from '../../query/metrics/get-metrics.ts';
import { allOf, anyOf, before, conditionsOf, equals, pageMeta, pageParams, since, text, texts, time } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

/** The question is JSON in one parameter (contract §1.12). */
const params = z.object({
  query: z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue({ code: 'custom', message: 'query must be a JSON object' });
        return z.NEVER;
      }
    })
    .pipe(metricsQuery),
});

const dailyParams = z.object({
  ...pageParams,
  traceName: text,
  userId: text,
  tags: texts,
  environment: texts,
  fromTimestamp: time,
  toTimestamp: time,
});

/** Metrics of the Langfuse API: both versions of the question language, and the older list of days (contract §1.12, §5.7). */
export function metricsRoutes({ access, store }: Pick<ReadDeps, 'access' | 'store'>): FastifyPluginAsync {
  return async (fastify) => {
    const answer = (version: MetricsVersion) => async (request: FastifyRequest) => {
      const projectId = await projectOf(access, request);
      const { query } = params.parse(request.query);
      return { data: await getMetrics(store, projectId, query, version) };
    };
    fastify.get('/metrics', answer(1));
    fastify.get('/v2/metrics', answer(2));

    fastify.get('/metrics/daily', async (request) => {
      const projectId = await projectOf(access, request);
      const asked = dailyParams.parse(request.query);
      const filter = conditionsOf('traces', undefined, [
        equals('name', asked.traceName),
        equals('userId', asked.userId),
        allOf('tags', asked.tags),
        anyOf('environment', asked.environment),
        since('timestamp', asked.fromTimestamp),
        before('timestamp', asked.toTimestamp),
      ]);
      const { days, totalItems } = await getDailyMetrics(store, projectId, filter, asked);
      return { data: days, meta: pageMeta(asked.page, asked.limit, totalItems) };
    });
  };
}
