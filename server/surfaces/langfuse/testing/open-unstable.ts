import { createDashboards, createDashboardWidgets } from '../../../domains/dashboards/index.ts';
import {
  createEvaluationRules,
  createEvaluators,
  type EvaluationRules,
  type Evaluators,
} from '../../../domains/evaluators/index.ts';
import { createLlmConnections, type LlmConnections } from '../../../domains/llm-connections/index.ts';
import { createCrypto } from '../../../lib/crypto.ts';
import { openOutbound } from '../../../lib/testing/open-outbound.ts';
import { evaluationRuleV2Routes } from '../evaluation-rules-v2.ts';
import { evaluatorV2Routes } from '../evaluators-v2.ts';
import { unstableRoutes } from '../unstable.ts';
import { type OpenRoutes, openRoutes } from './open-routes.ts';

/** The unstable routes, and the stable ones of evaluators and rules, on a real metadata store, with the domains behind them; `call` as in `openRoutes`. */
export async function openUnstable({
  isRun = true,
} = {}): Promise<OpenRoutes & { connections: LlmConnections; evaluators: Evaluators; rules: EvaluationRules }> {
  let parts: { connections: LlmConnections; evaluators: Evaluators; rules: EvaluationRules } | undefined;
  const server = await openRoutes(({ db, clock, access }) => {
    const connections = createLlmConnections({
      db,
      clock,
      crypto: createCrypto('a secret of the server, for tests only'),
      outbound: openOutbound,
    });
    const deps = { db, clock, connections: connections.all };
    const evaluators = createEvaluators(deps);
    const rules = createEvaluationRules({ ...deps, isRun });
    parts = { connections, evaluators, rules };
    const routes = unstableRoutes({
      access,
      evaluators,
      evaluationRules: rules,
      dashboards: createDashboards({ db, clock }),
      dashboardWidgets: createDashboardWidgets({ db, clock }),
    });
    return [
      async (fastify) => {
        await fastify.register(routes, { prefix: '/unstable' });
        await fastify.register(evaluatorV2Routes({ access, evaluators }), { prefix: '/v2/evaluators' });
        await fastify.register(evaluationRuleV2Routes({ access, evaluationRules: rules }), { prefix: '/v2/evaluation-rules' });
      },
    ];
  });
  return { ...server, ...parts! };
}
