import type { FastifyPluginAsync } from 'fastify';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { metricsRoutes } from './metrics.ts';
import { observationRoutes } from './observations.ts';
import { observationV2Routes } from './observations-v2.ts';
import type { ReadDeps } from './read-routes.ts';
import { scoreRoutes } from './scores.ts';
import { scoreV3Routes } from './scores-v3.ts';
import { sessionRoutes } from './sessions.ts';
import { traceRoutes } from './traces.ts';

/**
 * All reads of facts in Langfuse's shapes, and the deletion of traces. To be registered below `/api/public`, after
 * `applyLangfuseConventions`.
 */
export function langfuseReads(deps: ReadDeps & { store: AnalyticsStore }): FastifyPluginAsync {
  return async (fastify) => {
    for (const routes of [
      traceRoutes,
      observationRoutes,
      observationV2Routes,
      sessionRoutes,
      scoreRoutes,
      scoreV3Routes,
      metricsRoutes,
    ]) {
      await fastify.register(routes(deps));
    }
  };
}
