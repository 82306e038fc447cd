import { z } from 'zod';
import { deprecation, metaResponse, pageNumber, upTo } from './common.ts';
import { anything, givenTime, published } from './published.ts';
import { route, routes } from './route.ts';

export const legacyMetricsResponse = published(
  'LegacyMetricsResponse',
  z.strictObject({ data: z.array(z.record(z.string(), anything)), _deprecation: deprecation.optional() }),
);
export const metricsV2Response = published(
  'MetricsV2Response',
  z.strictObject({ data: z.array(z.record(z.string(), anything)) }),
);

/** Days of before the question language (contract §1.12). */
const dailyMetrics = z.strictObject({
  data: z.array(
    z.strictObject({
      date: z.iso.date(),
      countTraces: z.int(),
      countObservations: z.int(),
      totalCost: z.number(),
      usage: z.array(
        z.strictObject({
          model: z.string().nullable(),
          inputUsage: z.number(),
          outputUsage: z.number(),
          totalUsage: z.number(),
          countObservations: z.int(),
          countTraces: z.int(),
          totalCost: z.number(),
        }),
      ),
    }),
  ),
  meta: metaResponse,
});

export const metricsRoutes = routes('Metrics', [
  route('queryMetrics', 'GET', {
    path: '/v2/metrics',
    auth: 'project',
    query: z.object({ query: z.string() }),
    answers: { 200: metricsV2Response },
  }),
  route('queryMetricsV1', 'GET', {
    path: '/metrics',
    auth: 'project',
    deprecated: true,
    query: z.object({ query: z.string() }),
    answers: { 200: legacyMetricsResponse },
  }),
  route('listDailyMetrics', 'GET', {
    path: '/metrics/daily',
    auth: 'project',
    listed: false,
    deprecated: true,
    query: z.object({
      page: pageNumber,
      limit: upTo(100),
      traceName: z.string().optional(),
      userId: z.string().optional(),
      tags: z.array(z.string()).optional(),
      environment: z.array(z.string()).optional(),
      fromTimestamp: givenTime.optional(),
      toTimestamp: givenTime.optional(),
    }),
    answers: { 200: dailyMetrics },
  }),
]);
