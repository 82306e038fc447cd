import type { FastifyPluginAsync } from 'fastify';
import type { Dashboards, DashboardWidgets } from '../../domains/dashboards/index.ts';
import type { EvaluationRules, Evaluators } from '../../domains/evaluators/index.ts';
import { applyErrorBodies } from './error-bodies.ts';
import type { ReadDeps } from './read-routes.ts';
import { unstableDashboardWidgetRoutes } from './unstable-dashboard-widgets.ts';
import { unstableDashboardRoutes } from './unstable-dashboards.ts';
import { unstableErrorHandler } from './unstable-errors.ts';
import { unstableEvaluationRuleRoutes } from './unstable-evaluation-rules.ts';
import { unstableEvaluatorRoutes } from './unstable-evaluators.ts';

export interface UnstableDeps {
  access: ReadDeps['access'];
  evaluators: Evaluators;
  evaluationRules: EvaluationRules;
  dashboards: Dashboards;
  dashboardWidgets: DashboardWidgets;
}

/** The unstable part of the Langfuse API, which has error bodies of its own (contract §1.18). Register it at `/unstable`. */
export function unstableRoutes(deps: UnstableDeps): FastifyPluginAsync {
  return async (fastify) => {
    applyErrorBodies(fastify, unstableErrorHandler);
    await fastify.register(unstableEvaluatorRoutes(deps));
    await fastify.register(unstableEvaluationRuleRoutes(deps));
    await fastify.register(unstableDashboardWidgetRoutes(deps));
    await fastify.register(unstableDashboardRoutes(deps));
  };
}
