import type { FastifyPluginAsync } from 'fastify';
import type { Spine } from '../domains/slice.ts';
import { type HealthOptions, publicHealthRoutes } from '../surfaces/health.ts';
import { createIngestRoutes } from '../surfaces/ingest/http.ts';
import type { IngestParts } from '../surfaces/ingest/parts.ts';
import { annotationQueueRoutes } from '../surfaces/langfuse/annotation-queues.ts';
import { blobStorageRoutes } from '../surfaces/langfuse/blob-storage.ts';
import { checkResponses, SHAPE_VIOLATION } from '../surfaces/langfuse/check-responses.ts';
import { commentRoutes } from '../surfaces/langfuse/comments.ts';
import { applyLangfuseConventions } from '../surfaces/langfuse/conventions.ts';
import { datasetItemRoutes } from '../surfaces/langfuse/dataset-items.ts';
import { datasetRunRoutes } from '../surfaces/langfuse/dataset-runs.ts';
import { datasetRoutes } from '../surfaces/langfuse/datasets.ts';
import { deleteScoreRoutes } from '../surfaces/langfuse/delete-score.ts';
import { evaluationRuleV2Routes } from '../surfaces/langfuse/evaluation-rules-v2.ts';
import { evaluatorV2Routes } from '../surfaces/langfuse/evaluators-v2.ts';
import { experimentRoutes } from '../surfaces/langfuse/experiments.ts';
import { feedbackRoutes } from '../surfaces/langfuse/feedback.ts';
import { llmConnectionRoutes } from '../surfaces/langfuse/llm-connections.ts';
import { mediaRoutes } from '../surfaces/langfuse/media.ts';
import { membershipRoutes } from '../surfaces/langfuse/memberships.ts';
import { modelRoutes } from '../surfaces/langfuse/models.ts';
import { organisationListRoutes } from '../surfaces/langfuse/organisation-lists.ts';
import { organisationProjectRoutes } from '../surfaces/langfuse/organisation-projects.ts';
import { projectRoutes } from '../surfaces/langfuse/projects.ts';
import { promptRoutes } from '../surfaces/langfuse/prompts.ts';
import { langfuseReads } from '../surfaces/langfuse/reads.ts';
import { scimRoutes } from '../surfaces/langfuse/scim.ts';
import { scoreConfigRoutes } from '../surfaces/langfuse/score-configs.ts';
import { unstableRoutes } from '../surfaces/langfuse/unstable.ts';
import { skillRoutes } from '../surfaces/langfuse/unstable-skills.ts';
import { mediaContentRoutes } from '../surfaces/media/media-content.ts';
import { slackRoutes } from '../surfaces/slack/slack-routes.ts';
import type { Slices } from './slices.ts';

/** The Langfuse API, to be registered below `/api/public`: the table of who answers what. */
export function langfuseRoutes(spine: Spine, slices: Slices, health: HealthOptions, ingest: IngestParts): FastifyPluginAsync {
  const { config, log } = spine;
  const { access, media, evaluation } = slices;
  const { adminApiKey, publicUrl } = config;
  const ofOrganisation = { access, organisation: access.organisation };
  const ofDatasets = { access, ...slices.datasets, media, publicUrl };
  const table: [routes: FastifyPluginAsync, prefix?: string][] = [
    [publicHealthRoutes(health)],
    [projectRoutes({ access })],
    [organisationProjectRoutes(ofOrganisation)],
    [organisationListRoutes(ofOrganisation)],
    [membershipRoutes(ofOrganisation)],
    [scimRoutes(ofOrganisation)],
    [promptRoutes({ access, prompts: slices.prompts })],
    [scoreConfigRoutes({ access, scoreConfigs: slices.scoreConfigs })],
    [modelRoutes({ access, adminApiKey, models: slices.prices.models })],
    [annotationQueueRoutes({ access, ...slices.annotation })],
    [commentRoutes({ access, comments: slices.comments })],
    [feedbackRoutes({ access, feedback: slices.feedback })],
    [blobStorageRoutes({ access, blobExports: slices.blobExports })],
    [mediaRoutes({ access, media, publicUrl })],
    [mediaContentRoutes({ media })],
    [llmConnectionRoutes({ access, adminApiKey, llmConnections: slices.llmConnections })],
    [unstableRoutes({ access, ...evaluation, ...slices.dashboards }), '/unstable'],
    [skillRoutes({ access, skills: slices.skills }), '/unstable/skills'],
    [evaluatorV2Routes({ access, ...evaluation }), '/v2/evaluators'],
    [evaluationRuleV2Routes({ access, ...evaluation }), '/v2/evaluation-rules'],
    [datasetRoutes(ofDatasets)],
    [datasetItemRoutes(ofDatasets)],
    [datasetRunRoutes(ofDatasets)],
    [slackRoutes({ access, slack: slices.slack })],
    [createIngestRoutes(ingest)],
    [langfuseReads({ access, store: spine.analytics, findPrices: slices.prices.findPrices })],
    [deleteScoreRoutes({ access, scores: slices.scores })],
    [experimentRoutes({ access, experiments: slices.experiments })],
  ];
  return async (api) => {
    applyLangfuseConventions(api);
    if (config.checkResponses) checkResponses(api, (violation) => log.error({ violation }, SHAPE_VIOLATION));
    for (const [routes, prefix] of table) await api.register(routes, prefix === undefined ? {} : { prefix });
  };
}
