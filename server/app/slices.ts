import { type AccessDomain, openAccess, openRetention } from '../domains/access/index.ts';
import { openAnnotation } from '../domains/annotation/index.ts';
import { openAutomations, openSlack } from '../domains/automations/index.ts';
import { openBlobExports } from '../domains/blob-exports/index.ts';
import { openComments } from '../domains/comments/index.ts';
import { openDashboards } from '../domains/dashboards/index.ts';
import { openDatasets } from '../domains/datasets/index.ts';
import { openDemo } from '../domains/demo/index.ts';
import { openEvaluation } from '../domains/evaluators/index.ts';
import { openExperiments } from '../domains/experiments/index.ts';
import { openFeedback } from '../domains/feedback/index.ts';
import { openIngestion } from '../domains/ingestion/index.ts';
import { openLlmConnections } from '../domains/llm-connections/index.ts';
import { openMedia } from '../domains/media/index.ts';
import { openMetrics } from '../domains/metrics/index.ts';
import { openPrices } from '../domains/prices/index.ts';
import { openPrompts } from '../domains/prompts/index.ts';
import { openSampling } from '../domains/sampling/index.ts';
import { openScoreConfigs, openScores } from '../domains/scores/index.ts';
import { openSessions } from '../domains/sessions/index.ts';
import { openSkills } from '../domains/skills/index.ts';
import type { Slice, Spine } from '../domains/slice.ts';
import { openTraces } from '../domains/traces/index.ts';
import type { Start } from '../lib/lifetime.ts';
import { openIntake } from './intake.ts';

/**
 * The slices table: one line per domain, each given what it needs. A later line may use the earlier ones; what a domain needs of a later
 * one is a function that is called when all are open. A new domain is a line here, and a line in the table of its routes.
 */
export async function openSlices(spine: Spine, start: Start) {
  const all: Slice[] = [];
  const open = <S extends Slice>(slice: S): S => {
    all.push(slice);
    if (slice.part) start(slice, slice.part);
    return slice;
  };

  const media = open(openMedia(spine));
  const access: AccessDomain = open(openAccess(spine, { clearDemo: (projectId) => demo.remove(projectId) }));
  const { demoProjectId, demoLogin } = await access.ensureFirstRun();
  const isMember = async (userId: string, projectId: string) => (await access.roleInProject(userId, projectId)) !== null;
  open(openRetention(spine, { media }));

  const prices = open(openPrices(spine));
  const scoreConfigs = open(openScoreConfigs(spine));
  const slack = open(openSlack(spine));
  const automations = open(openAutomations(spine, slack));
  const prompts = open(openPrompts(spine, { recordChanges: (tx, ...changes) => automations.record(tx, 'prompt', ...changes) }));
  const datasets = open(openDatasets(spine, { media }));
  const experiments = open(openExperiments(spine, datasets));
  const annotation = open(openAnnotation(spine, { findScoreConfig: scoreConfigs.find, isMember }));
  const comments = open(openComments(spine, { isMember }));
  const llmConnections = open(openLlmConnections(spine));
  const evaluation = open(openEvaluation(spine, { connections: llmConnections.all }));
  const dashboards = open(openDashboards(spine));
  const skills = open(openSkills(spine));
  const feedback = open(openFeedback(spine));
  open(openSampling(spine));
  const blobExports = open(openBlobExports(spine, access));

  const intake = openIntake(spine, { prices, prompts, scoreConfigs }, start);
  const scores = open(openScores(spine, intake));
  open(openTraces(spine, { findPrices: prices.findPrices, door: intake.door }));
  open(openSessions(spine));
  open(openMetrics(spine));
  open(openIngestion(spine, intake));
  const demo = open(openDemo(spine, { door: intake.demoDoor, prompts, projectId: demoProjectId }));

  return {
    ...{ access, media, prices, scoreConfigs, slack, prompts, datasets, experiments, annotation, comments, llmConnections },
    ...{ evaluation, dashboards, skills, feedback, blobExports, scores, intake, demoLogin, all },
  };
}

export type Slices = Awaited<ReturnType<typeof openSlices>>;
