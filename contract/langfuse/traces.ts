import { z } from 'zod';
import { deprecation, metaResponse, pageNumber, upTo } from './common.ts';
import { observationsView } from './observations.ts';
import { givenTime, published, timestamp, unlisted } from './published.ts';
import { route, routes } from './route.ts';
import { scoreV1 } from './scores.ts';

export const trace = published(
  'Trace',
  z.strictObject({
    id: z.string(),
    timestamp: timestamp,
    name: z.string().nullable(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    sessionId: z.string().nullable(),
    release: z.string().nullable(),
    version: z.string().nullable(),
    userId: z.string().nullable(),
    metadata: z.unknown().optional(),
    tags: z.array(z.string()),
    public: z.boolean(),
    environment: z.string(),
    projectId: unlisted(z.string()),
    bookmarked: unlisted(z.boolean()),
    createdAt: unlisted(timestamp),
    updatedAt: unlisted(timestamp),
    externalId: unlisted(z.null()),
  }),
);
export const traceWithDetails = published(
  'TraceWithDetails',
  trace.extend({
    htmlPath: z.string(),
    latency: z.number().nullish(),
    totalCost: z.number().nullish(),
    observations: z.array(z.string()).nullish(),
    scores: z.array(z.string()).nullish(),
  }),
);
export const traceWithFullDetails = published(
  'TraceWithFullDetails',
  trace.extend({
    htmlPath: z.string(),
    latency: z.number().nullish(),
    totalCost: z.number().nullish(),
    observations: z.array(observationsView),
    scores: z.array(scoreV1),
    _deprecation: deprecation.optional(),
  }),
);
export const traces = published(
  'Traces',
  z.strictObject({ data: z.array(traceWithDetails), meta: metaResponse, _deprecation: deprecation.optional() }),
);
export const deleteTraceResponse = published('DeleteTraceResponse', z.strictObject({ message: z.string() }));

export const tracesRoutes = routes('Traces', [
  route('getTrace', 'GET', {
    path: '/traces/{traceId}',
    auth: 'project',
    deprecated: true,
    query: z.object({ fields: z.string().optional() }),
    answers: { 200: traceWithFullDetails },
  }),
  route('deleteTrace', 'DELETE', { path: '/traces/{traceId}', auth: 'project', answers: { 200: deleteTraceResponse } }),
  route('listTraces', 'GET', {
    path: '/traces',
    auth: 'project',
    deprecated: true,
    query: z.object({
      page: pageNumber,
      limit: upTo(100),
      userId: z.string().optional(),
      name: z.string().optional(),
      sessionId: z.string().optional(),
      fromTimestamp: givenTime.optional(),
      toTimestamp: givenTime.optional(),
      orderBy: z.string().optional(),
      tags: z.array(z.string()).optional(),
      version: z.string().optional(),
      release: z.string().optional(),
      environment: z.array(z.string()).optional(),
      fields: z.string().optional(),
      filter: z.string().optional(),
    }),
    answers: { 200: traces },
  }),
  route('deleteTraces', 'DELETE', {
    path: '/traces',
    auth: 'project',
    body: z.object({ traceIds: z.array(z.string()) }),
    answers: { 200: deleteTraceResponse },
  }),
]);
