import type { AnnotationItems, AnnotationQueues } from '../../domains/annotation/index.ts';
import type { Comments } from '../../domains/comments/index.ts';
import type { Dashboards, DashboardWidgets } from '../../domains/dashboards/index.ts';
import type { DatasetItems, DatasetRuns, Datasets } from '../../domains/datasets/index.ts';
import type { EvaluationRules, Evaluators } from '../../domains/evaluators/index.ts';
import type { Experiments } from '../../domains/experiments/index.ts';
import type { FeedbackBox } from '../../domains/feedback/index.ts';
import type { Media } from '../../domains/media/index.ts';
import type { Models } from '../../domains/prices/index.ts';
import type { Prompts } from '../../domains/prompts/index.ts';
import type { ScoreConfigs } from '../../domains/scores/index.ts';
import type { Door } from '../../ingest/door.ts';
import type { FindPrices } from '../../query/present-observation.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { AskHealth } from '../health.ts';
import type { Tool } from './tool.ts';
import { annotationQueueTools } from './tools/annotation-queues.ts';
import { commentTools } from './tools/comments.ts';
import { dashboardWidgetTools } from './tools/dashboard-widgets.ts';
import { dashboardTools } from './tools/dashboards.ts';
import { datasetItemTools } from './tools/dataset-items.ts';
import { datasetRunTools } from './tools/dataset-runs.ts';
import { datasetTools } from './tools/datasets.ts';
import { evaluationRuleTools } from './tools/evaluation-rules.ts';
import { evaluatorTools } from './tools/evaluators.ts';
import { experimentTools } from './tools/experiments.ts';
import { feedbackTools } from './tools/feedback.ts';
import { healthTools } from './tools/health.ts';
import { mediaTools } from './tools/media.ts';
import { metricsTools } from './tools/metrics.ts';
import { modelTools } from './tools/models.ts';
import { observationTools } from './tools/observations.ts';
import { promptTools } from './tools/prompts.ts';
import { scoreConfigTools } from './tools/score-configs.ts';
import { scoreTools } from './tools/scores.ts';
import { traceTools } from './tools/traces.ts';

/** What the tools call: the functions that the public API calls too. */
export interface ToolDeps {
  store: AnalyticsReader;
  findPrices: FindPrices;
  door: Pick<Door, 'acceptScore'>;
  prompts: Prompts;
  scoreConfigs: ScoreConfigs;
  datasets: { datasets: Datasets; items: DatasetItems; runs: DatasetRuns };
  models: Models;
  media: Media;
  annotation: { queues: AnnotationQueues; items: AnnotationItems };
  comments: Comments;
  experiments: Experiments;
  evaluation: { evaluators: Evaluators; evaluationRules: EvaluationRules };
  dashboards: { dashboards: Dashboards; dashboardWidgets: DashboardWidgets };
  feedback: FeedbackBox;
  askHealth: AskHealth;
}

/**
 * All tools in the order in which clients list them: our own reads of traces first, then the table of contract §6. Its tools for alerts
 * (listAlerts, getAlert) have no operation behind them here and are left out.
 */
export function createTools(deps: ToolDeps): Tool[] {
  return [
    ...traceTools(deps),
    ...observationTools(deps),
    ...metricsTools(deps),
    ...promptTools(deps.prompts),
    ...scoreTools(deps),
    ...scoreConfigTools(deps.scoreConfigs),
    ...datasetTools(deps.datasets.datasets),
    ...datasetItemTools(deps.datasets),
    ...datasetRunTools(deps.datasets),
    ...experimentTools(deps.experiments),
    ...modelTools(deps.models),
    ...mediaTools(deps.media),
    ...annotationQueueTools(deps.annotation),
    ...commentTools(deps.comments),
    ...evaluatorTools(deps.evaluation.evaluators),
    ...evaluationRuleTools(deps.evaluation.evaluationRules),
    ...dashboardTools(deps.dashboards.dashboards),
    ...dashboardWidgetTools(deps.dashboards.dashboardWidgets),
    ...feedbackTools(deps.feedback),
    ...healthTools(deps.askHealth),
  ];
}
