import { annotationQueuesRoutes } from './annotation-queues.ts';
import { blobStorageRoutes } from './blob-storage.ts';
import { commentsRoutes } from './comments.ts';
import { dashboardsRoutes } from './dashboards.ts';
import { datasetsRoutes } from './datasets.ts';
import { evaluationRulesRoutes } from './evaluation-rules.ts';
import { evaluationRulesV2Routes } from './evaluation-rules-v2.ts';
import { evaluatorsRoutes } from './evaluators.ts';
import { evaluatorsV2Routes } from './evaluators-v2.ts';
import { experimentsRoutes } from './experiments.ts';
import { feedbackRoutes } from './feedback.ts';
import { healthRoutes } from './health.ts';
import { ingestionRoutes } from './ingestion.ts';
import { llmConnectionsRoutes } from './llm-connections.ts';
import { mediaRoutes } from './media.ts';
import { metricsRoutes } from './metrics.ts';
import { modelsRoutes } from './models.ts';
import { observationsRoutes } from './observations.ts';
import { organizationsRoutes } from './organizations.ts';
import { projectsRoutes } from './projects.ts';
import { promptsRoutes } from './prompts.ts';
import type { LangfuseRoute } from './route.ts';
import { scimRoutes } from './scim.ts';
import { scoreConfigsRoutes } from './score-configs.ts';
import { scoresRoutes } from './scores.ts';
import { sessionsRoutes } from './sessions.ts';
import { skillsRoutes } from './skills.ts';
import { tracesRoutes } from './traces.ts';

/**
 * Every route below `/api/public` (contract §1), but `/mcp`, which speaks a protocol of its own, and `/slack`, which is for browsers.
 * Statuses are those that the original really sends (contract §8.1).
 */
export const langfuseRoutes: readonly LangfuseRoute[] = [
  ...annotationQueuesRoutes,
  ...blobStorageRoutes,
  ...commentsRoutes,
  ...dashboardsRoutes,
  ...datasetsRoutes,
  ...evaluationRulesRoutes,
  ...evaluationRulesV2Routes,
  ...evaluatorsRoutes,
  ...evaluatorsV2Routes,
  ...experimentsRoutes,
  ...feedbackRoutes,
  ...healthRoutes,
  ...ingestionRoutes,
  ...llmConnectionsRoutes,
  ...mediaRoutes,
  ...metricsRoutes,
  ...modelsRoutes,
  ...observationsRoutes,
  ...organizationsRoutes,
  ...projectsRoutes,
  ...promptsRoutes,
  ...scimRoutes,
  ...scoreConfigsRoutes,
  ...scoresRoutes,
  ...sessionsRoutes,
  ...skillsRoutes,
  ...tracesRoutes,
];
