import { z } from 'zod';
import { deprecation, metaResponse, pageNumber, upTo } from './common.ts';
import { givenTime, published, timestamp, unlisted } from './published.ts';
import { route, routes } from './route.ts';
import { trace } from './traces.ts';

export const session = published(
  'Session',
  z.strictObject({ id: z.string(), createdAt: timestamp, projectId: z.string(), environment: z.string() }),
);
export const sessionWithTraces = published(
  'SessionWithTraces',
  session.extend({ traces: z.array(trace.extend({ htmlPath: unlisted(z.string()) })), _deprecation: deprecation.optional() }),
);
export const paginatedSessions = published(
  'PaginatedSessions',
  z.strictObject({ data: z.array(session), meta: metaResponse, _deprecation: deprecation.optional() }),
);

export const sessionsRoutes = routes('Sessions', [
  route('listSessions', 'GET', {
    path: '/sessions',
    auth: 'project',
    deprecated: true,
    query: z.object({
      page: pageNumber,
      limit: upTo(100),
      fromTimestamp: givenTime.optional(),
      toTimestamp: givenTime.optional(),
      environment: z.array(z.string()).optional(),
    }),
    answers: { 200: paginatedSessions },
  }),
  route('getSession', 'GET', {
    path: '/sessions/{sessionId}',
    auth: 'project',
    deprecated: true,
    answers: { 200: sessionWithTraces },
  }),
]);
