import type { FastifyPluginAsync } from 'fastify';
import type { Dashboards, DashboardWidgets } from '../../domains/dashboards/index.ts';
import type { EvaluationRules, Evaluators } from '../../domains/evaluators/index.ts';
import { pathOf, rememberRoutes } from './conventions.ts';
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
    const methodsAt = rememberRoutes(fastify);
    fastify.setErrorHandler(unstableErrorHandler);
    fastify.setNotFoundHandler((request, reply) => {
      const methods = methodsAt(request);
      if (methods.length > 0) {
        const body = { message: 'Method not allowed', code: 'method_not_allowed' };
        return reply.code(405).header('allow', methods.join(', ')).send(body);
      }
      const message = `No such route: ${request.method} ${pathOf(request)}`;
      return reply.code(404).send({ message, code: 'resource_not_found' });
    });
    await fastify.register(unstableEvaluatorRoutes(deps));
    await fastify.register(unstableEvaluationRuleRoutes(deps));
    await fastify.register(unstableDashboardWidgetRoutes(deps));
    await fastify.register(unstableDashboardRoutes(deps));
  };
}
