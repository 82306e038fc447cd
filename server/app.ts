import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import { Registry } from 'prom-client';
import type { Config } from './config.ts';
import { createAccess, createRetention, type Login, RETENTION_CRON, RETENTION_QUEUE } from './domains/access/index.ts';
import { annotationOperations, createAnnotationItems, createAnnotationQueues } from './domains/annotation/index.ts';
import { createAutomations, createSlack } from './domains/automations/index.ts';
import { blobExportOperations, createScheduledBlobExports, exportOperation } from './domains/blob-exports/index.ts';
import { commentOperations, createComments, createFindCommented } from './domains/comments/index.ts';
import { createDashboards, createDashboardWidgets, dashboardOperations } from './domains/dashboards/index.ts';
import {
  createDatasetItems,
  createDatasetRuns,
  createDatasets,
  createRunLinks,
  datasetOperations,
} from './domains/datasets/index.ts';
import { createDemo, type Demo } from './domains/demo/index.ts';
import { createEvaluationRules, createEvaluators, evaluatorOperations } from './domains/evaluators/index.ts';
import { createExperiments, experimentOperations } from './domains/experiments/index.ts';
import { createFeedback } from './domains/feedback/index.ts';
import { ingestionOperations } from './domains/ingestion/index.ts';
import { createLlmConnections, llmConnectionOperations } from './domains/llm-connections/index.ts';
import { createMedia, mediaOperations } from './domains/media/index.ts';
import { metricsOperations } from './domains/metrics/index.ts';
import { createModels, createPrices, modelOperations, type Prices, priceOperations } from './domains/prices/index.ts';
import { createPrompts, hasPromptVersion } from './domains/prompts/index.ts';
import { createScoreConfigs, createScores, scoreOperations } from './domains/scores/index.ts';
import { sessionOperations } from './domains/sessions/index.ts';
import { createSkills, skillOperations } from './domains/skills/index.ts';
import { type AcceptTraceUpdate, traceOperations } from './domains/traces/index.ts';
import { createDoor, type Door } from './ingest/door.ts';
import { insideSender } from './ingest/facts.ts';
import { readExport } from './ingest/read-export.ts';
import { createReceipts } from './ingest/receipts/receipts.ts';
import { createWriter } from './ingest/write/writer.ts';
import { createJobs } from './jobs/index.ts';
import { createAnnouncer } from './lib/announcer.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { createCrypto } from './lib/crypto.ts';
import { type Part, shutDown } from './lib/lifetime.ts';
import type { Logger } from './lib/log.ts';
import { createOutbound } from './lib/outbound.ts';
import { loadSecret } from './lib/secret.ts';
import { createSend } from './notify/index.ts';
import type { CommentedReader } from './query/commented.ts';
import { findStart } from './query/experiments/find-start.ts';
import { findGoneTraces } from './query/find-gone-traces.ts';
import { hasObject } from './query/has-object.ts';
import type { FindPrices } from './query/present-observation.ts';
import { findObservations } from './query/read-observations.ts';
import { FREE_FOR_INSERTS } from './store/analytics/embedded-engine.ts';
import { openAnalytics } from './store/analytics/open-analytics.ts';
import type { AnalyticsReader, AnalyticsStore } from './store/analytics/port.ts';
import { openBlobBucket, openBlobFolder } from './store/blobs/index.ts';
import { lockDataFolder } from './store/lock.ts';
import { openMetadata } from './store/metadata/index.ts';
import { closeToOthers, freeBytes } from './store/private-folder.ts';
import { adminOrganisationRoutes } from './surfaces/admin/organisations.ts';
import { answerFrameworkError } from './surfaces/framework-errors.ts';
import { createAskHealth, healthRoutes, publicHealthRoutes } from './surfaces/health.ts';
import {
  API_PREFIX,
  authSurface,
  httpSurface,
  requestIdOf,
  returnRequestIds,
  tailSurface,
  trustedProxies,
} from './surfaces/http/index.ts';
import { startGrpc } from './surfaces/ingest/grpc.ts';
import { createIngestRoutes, createOtlpAlias } from './surfaces/ingest/http.ts';
import { createIntakeBudget } from './surfaces/ingest/intake-budget.ts';
import { annotationQueueRoutes } from './surfaces/langfuse/annotation-queues.ts';
import { blobStorageRoutes } from './surfaces/langfuse/blob-storage.ts';
import { checkResponses, SHAPE_VIOLATION } from './surfaces/langfuse/check-responses.ts';
import { commentRoutes } from './surfaces/langfuse/comments.ts';
import { applyLangfuseConventions } from './surfaces/langfuse/conventions.ts';
import { datasetItemRoutes } from './surfaces/langfuse/dataset-items.ts';
import { datasetRunRoutes } from './surfaces/langfuse/dataset-runs.ts';
import { datasetRoutes } from './surfaces/langfuse/datasets.ts';
import { deleteScoreRoutes } from './surfaces/langfuse/delete-score.ts';
import { evaluationRuleV2Routes } from './surfaces/langfuse/evaluation-rules-v2.ts';
import { evaluatorV2Routes } from './surfaces/langfuse/evaluators-v2.ts';
import { experimentRoutes } from './surfaces/langfuse/experiments.ts';
import { feedbackRoutes } from './surfaces/langfuse/feedback.ts';
import { llmConnectionRoutes } from './surfaces/langfuse/llm-connections.ts';
import { mediaRoutes } from './surfaces/langfuse/media.ts';
import { membershipRoutes } from './surfaces/langfuse/memberships.ts';
import { modelRoutes } from './surfaces/langfuse/models.ts';
import { organisationProjectRoutes } from './surfaces/langfuse/organisation-projects.ts';
import { projectRoutes } from './surfaces/langfuse/projects.ts';
import { promptRoutes } from './surfaces/langfuse/prompts.ts';
import { langfuseReads } from './surfaces/langfuse/reads.ts';
import { scimRoutes } from './surfaces/langfuse/scim.ts';
import { scoreConfigRoutes } from './surfaces/langfuse/score-configs.ts';
import { unstableRoutes } from './surfaces/langfuse/unstable.ts';
import { skillRoutes } from './surfaces/langfuse/unstable-skills.ts';
import { createTools, mcpDescriptorRoute, mcpRoutes } from './surfaces/mcp/index.ts';
import { mediaContentRoutes } from './surfaces/media/media-content.ts';
import { openApiSurface, watchRoutes } from './surfaces/openapi/openapi.ts';
import { createPrometheusSurface } from './surfaces/prometheus/prometheus.ts';
import { createStoreMeter, measureRequests } from './surfaces/prometheus/request-metrics.ts';
import { logRequests } from './surfaces/request-log.ts';
import { slackRoutes } from './surfaces/slack/slack-routes.ts';
import { requireHttpsAgain } from './surfaces/transport-security.ts';
import { webSurface } from './surfaces/web.ts';

/** A running Telltale. */
export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  url: string;
  /** 0 when OTLP/gRPC is off or its port was taken. */
  grpcPort: number;
  demoLogin: Login | null;
  /** Takes nothing new, finishes what was accepted, closes the stores. */
  stop(): Promise<void>;
}

/** How long open requests may go on after the signal to stop; what they bring is stored before they are answered. */
const DRAIN_LIMIT_MS = 10_000;

/** Version of the Langfuse API that is spoken, for clients that compare it. */
const PUBLIC_API_VERSION = '4.0.0';

/**
 * The only place where parts meet: what each is given is written here. Parts are started top to bottom and stopped bottom to top, after
 * the doors are closed and what was accepted is stored.
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const parts: Part[] = [];
  const start = <T>(part: T, life: Part): T => {
    parts.push(life);
    return part;
  };
  const stop = () => shutDown(parts, (part, error) => log.error({ err: error, part: part.name }, 'could not stop'));
  try {
    return await compose(config, log, start, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

type Start = <T>(part: T, life: Part) => T;

async function compose(config: Config, log: Logger, start: Start, stop: () => Promise<void>): Promise<App> {
  const clock = systemClock;
  const version = readVersion();
  const dataDir = resolve(config.dataDir);
  await closeToOthers(dataDir);
  const lock = lockDataFolder(dataDir);
  start(lock, { name: 'folder lock', stop: async () => lock.release() });
  const secret = await loadSecret({ given: config.secret, dataDir });

  // Stores
  const registry = new Registry();
  const meter = createStoreMeter(registry);
  const metadata = await openMetadata({ dataDir, databaseUrl: config.databaseUrl, log, measure: meter.measureQuery('metadata') });
  start(metadata, { name: 'metadata store', stop: () => metadata.close() });
  const opened = await openAnalytics({ dataDir, clickhouse: config.clickhouse, log });
  const store = meter.measured(opened, 'analytics', ['query', 'insert', 'deleteTraces', 'deleteBefore', 'deleteProject']);
  start(store, { name: 'analytics store', stop: () => store.close() });
  // Questions know which traces and steps have comments; what is deleted takes its media along.
  const analytics: AnalyticsStore & CommentedReader = {
    ...store,
    findCommented: createFindCommented(metadata.db),
    deleteTraces: async (projectId, traceIds) => {
      await store.deleteTraces(projectId, traceIds);
      await media.releaseTraces(projectId, traceIds);
    },
  };
  const blobs = await (config.s3 ? openBlobBucket(config.s3) : openBlobFolder(join(dataDir, 'blobs')));
  start(blobs, { name: 'blobs', stop: () => blobs.close() });

  const jobs = createJobs({ database: metadata.queueDatabase, log });
  start(jobs, jobs);
  const outbound = createOutbound({ allow: config.outboundAllow });
  start(outbound, { name: 'outbound', stop: () => outbound.close() });

  // Settings
  const address = { url: '', grpcPort: 0 };
  const access = createAccess({
    metadata,
    config,
    secret,
    clearFacts: async (projectId) => {
      await analytics.deleteProject(projectId);
      await blobs.deleteProject(projectId);
    },
    clearDemo: (projectId) => demo.remove(projectId),
    serverFacts: () => ({ version, publicUrl: config.publicUrl ?? address.url, otlpGrpcPort: address.grpcPort }),
    log,
    clock,
  });
  start(access, { name: 'access', drain: () => access.drain() });
  const firstRun = await access.ensureFirstRun();
  const settings = { db: metadata.db, clock };
  const models = createModels({ ...settings, onChange: (projectId) => prices.forget(projectId) });
  const prices = createPrices({ clock, loadProjectModels: models.load });
  const items = createDatasetItems({ ...settings, onWritten: (projectId, written) => media.linkItems(projectId, written) });
  const runs = createDatasetRuns({
    ...settings,
    findTraceOf: async (projectId, id) => (await findObservations(analytics, projectId, id))[0]?.trace_id ?? null,
    findStart: async (...ids) => {
      const start = await findStart(analytics, ...ids);
      return start === null ? null : new Date(start / 1000);
    },
  });
  const datasets = { datasets: createDatasets(settings), items, runs };
  const experiments = createExperiments({ store: analytics, links: createRunLinks(settings) });
  const scoreConfigs = createScoreConfigs({ metadata, clock });
  const isMember = async (userId: string, projectId: string) => (await access.roleInProject(userId, projectId)) !== null;
  const annotation = {
    queues: createAnnotationQueues({ ...settings, findScoreConfig: scoreConfigs.find, isMember }),
    items: createAnnotationItems(settings),
  };
  const llmConnections = createLlmConnections({ ...settings, crypto: createCrypto(secret) });
  const judged = { ...settings, connections: llmConnections.all };
  const evaluation = { evaluators: createEvaluators(judged), evaluationRules: createEvaluationRules(judged) };
  const dashboards = { dashboards: createDashboards(settings), dashboardWidgets: createDashboardWidgets(settings) };
  const comments = createComments({
    ...settings,
    hasObject: (projectId, type, id) =>
      type === 'PROMPT' ? hasPromptVersion(metadata.db, projectId, id) : hasObject(analytics, projectId, type, id),
    isMember,
  });
  const slack = createSlack({
    ...settings,
    secret,
    outbound,
    app: config.slack,
    publicUrl: () => config.publicUrl ?? address.url,
  });
  const automations = createAutomations({
    ...settings,
    secret,
    jobs,
    send: createSend({ outbound, clock }),
    outbound,
    findBotToken: slack.findBotToken,
    log,
  });
  start(automations, automations);
  const prompts = createPrompts({ metadata, recordChanges: automations.recordPromptChanges, log, clock });
  const skills = createSkills(settings);
  const feedback = createFeedback(settings);
  const blobExports = createScheduledBlobExports({ ...settings, secret, reader: analytics, outbound, jobs, log });
  const media = createMedia({ ...settings, blobs, secret, maxBytes: config.maxMediaBytes });
  const retention = createRetention({
    ...settings,
    log,
    facts: {
      deleteBefore: analytics.deleteBefore,
      findGoneTraces: (...traces) => findGoneTraces(analytics, ...traces),
    },
    media,
  });
  jobs.work(RETENTION_QUEUE, { attempts: 5, backoffSeconds: 300, expireSeconds: 3600 }, () => retention.sweep());
  jobs.schedule(RETENTION_QUEUE, RETENTION_CRON);

  // The door in
  const receipts = createReceipts(clock);
  const announcer = createAnnouncer();
  const writer = createWriter({
    store: analytics,
    priceRows: prices.priceRows,
    clock,
    maxBytes: config.bufferBytes,
    log,
    onStored: announcer.announce,
  });
  start(writer, writer);
  const intake = {
    readExport,
    findPrompt: prompts.findPrompt,
    findScoreConfig: scoreConfigs.find,
    masks: [],
    priceRows: prices.priceRows,
    writer,
    clock,
  };
  const door = createDoor({ ...intake, receipts });
  const scores = createScores({ store: analytics, door });
  // What the demo brings is nobody's key: its receipts are kept apart.
  const demo: Demo = createDemo({
    door: createDoor({ ...intake, receipts: createReceipts(clock) }),
    analytics,
    prompts,
    db: metadata.db,
    clock,
    log,
  });
  start(demo, demo);

  // Surfaces
  const stopping = new AbortController();
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    genReqId: requestIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.maxBodyBytes,
    trustProxy: trustedProxies(config.trustProxy),
    routerOptions: { maxParamLength: 1000 },
    forceCloseConnections: 'idle',
    // An upload that never ends is cut off.
    requestTimeout: 120_000,
    frameworkErrors: answerFrameworkError,
  });
  returnRequestIds(app);
  const isServed = watchRoutes(app);
  requireHttpsAgain(app);
  logRequests(app);
  measureRequests(app, registry);
  const scope = { access, trustsOrigin: access.trustsOrigin };
  const ingest = {
    door,
    access,
    receipts,
    maxBodyBytes: config.maxBodyBytes,
    budget: createIntakeBudget(Math.max(config.bufferBytes, 2 * config.maxBodyBytes)),
  };
  const health = {
    version,
    publicVersion: PUBLIC_API_VERSION,
    stores: { analytics: () => analytics.ping(), metadata: () => metadata.ping() },
    disk: async () => ({ free: await freeBytes(dataDir), needed: FREE_FOR_INSERTS }),
    isStarted: () => address.url !== '',
    isDraining: () => stopping.signal.aborted,
    hasRecentEvents: () => hasRecentEvents(analytics, clock),
  };
  const findPrices = pricesOf(prices);
  const reads = { access, store: analytics, findPrices };
  const operations = [
    ...access.operations,
    ...traceOperations({ store: analytics, findPrices, acceptTraceUpdate: traceUpdates(door) }),
    ...priceOperations(prices),
    ...modelOperations(models),
    ...llmConnectionOperations(llmConnections),
    ...evaluatorOperations(evaluation),
    ...dashboardOperations(dashboards),
    ...scoreConfigs.operations,
    ...feedback.operations,
    ...commentOperations(comments),
    ...annotationOperations(annotation),
    ...mediaOperations(media, '/api/public'),
    exportOperation(analytics),
    ...blobExportOperations(blobExports, access.findProject),
    ...scoreOperations(scores),
    ...datasetOperations(datasets),
    ...experimentOperations(experiments),
    ...sessionOperations({ store: analytics }),
    ...metricsOperations({ store: analytics }),
    ...prompts.operations,
    ...skillOperations(skills),
    ...automations.operations,
    ...slack.operations,
    ...ingestionOperations({ receipts, buffer: () => writer.buffer(), analytics }),
  ];
  await app.register(healthRoutes(health));
  await app.register(
    createPrometheusSurface({
      ...{ registry, token: config.metricsToken, receipts },
      ...{ buffer: () => writer.buffer(), inFlight: () => ingest.budget.bytes },
    }),
  );
  await app.register(authSurface({ access }));
  await app.register(
    async (api) => {
      await api.register(httpSurface({ ...scope, operations, checkOutput: config.checkResponses }));
      await api.register(tailSurface({ ...scope, subscribe: announcer.subscribe, stopping: stopping.signal }));
    },
    { prefix: API_PREFIX },
  );
  await app.register(
    async (api) => {
      applyLangfuseConventions(api);
      if (config.checkResponses) checkResponses(api, (violation) => log.error({ violation }, SHAPE_VIOLATION));
      await api.register(publicHealthRoutes(health));
      await api.register(projectRoutes({ access }));
      for (const routes of [organisationProjectRoutes, membershipRoutes, scimRoutes])
        await api.register(routes({ access, organisation: access.organisation }));
      await api.register(promptRoutes({ access, prompts }));
      await api.register(scoreConfigRoutes({ access, scoreConfigs }));
      await api.register(modelRoutes({ access, adminApiKey: config.adminApiKey, models }));
      await api.register(annotationQueueRoutes({ access, ...annotation }));
      await api.register(commentRoutes({ access, comments }));
      await api.register(feedbackRoutes({ access, feedback }));
      await api.register(blobStorageRoutes({ access, blobExports }));
      await api.register(mediaRoutes({ access, media, publicUrl: config.publicUrl }));
      await api.register(mediaContentRoutes({ media }));
      await api.register(llmConnectionRoutes({ access, adminApiKey: config.adminApiKey, llmConnections }));
      await api.register(unstableRoutes({ access, ...evaluation, ...dashboards }), { prefix: '/unstable' });
      await api.register(skillRoutes({ access, skills }), { prefix: '/unstable/skills' });
      await api.register(evaluatorV2Routes({ access, ...evaluation }), { prefix: '/v2/evaluators' });
      await api.register(evaluationRuleV2Routes({ access, ...evaluation }), { prefix: '/v2/evaluation-rules' });
      for (const routes of [datasetRoutes, datasetItemRoutes, datasetRunRoutes])
        await api.register(routes({ access, ...datasets, media, publicUrl: config.publicUrl }));
      await api.register(slackRoutes({ access, slack }));
      await api.register(createIngestRoutes(ingest));
      await api.register(langfuseReads(reads));
      await api.register(deleteScoreRoutes({ access, scores }));
      await api.register(experimentRoutes({ access, experiments }));
    },
    { prefix: '/api/public' },
  );
  await app.register(adminOrganisationRoutes({ adminApiKey: config.adminApiKey, instance: access.instance }), {
    prefix: '/api/admin',
  });
  await app.register(createOtlpAlias(ingest), { prefix: '/v1' });
  await app.register(openApiSurface({ operations: operations.map(({ operation }) => operation), version, isServed }));
  const tools = createTools({
    ...{ store: analytics, findPrices, door, prompts, scoreConfigs, datasets, experiments, models, media, annotation },
    ...{ comments, evaluation, dashboards, feedback },
    askHealth: createAskHealth(health),
  });
  await app.register(mcpRoutes({ access, tools, publicUrl: config.publicUrl, allowedHosts: config.mcpAllowedHosts }));
  await app.register(mcpDescriptorRoute());
  await app.register(webSurface({ folder: webFolder(), mediaOrigin: (await blobs.links?.origin()) ?? '' }));
  start(app, {
    name: 'http',
    drain: async () => {
      stopping.abort();
      const patience = setTimeout(() => app.server.closeAllConnections(), DRAIN_LIMIT_MS);
      await app.close();
      clearTimeout(patience);
    },
  });
  address.url = await app.listen({ host: config.host, port: config.port });
  address.url = `http://${hostInUrl(config.host)}:${(app.server.address() as AddressInfo).port}`;
  if (config.otlpGrpcPort !== 0) {
    const grpc = await startGrpc({ ...ingest, host: config.host, port: config.otlpGrpcPort, log });
    start(grpc, grpc);
    address.grpcPort = grpc.port ?? 0;
  }

  void jobs.begin().catch((error) => log.error({ err: error }, 'background work could not start'));
  void access.resumeDeletions();
  void automations.resume();
  if (firstRun.demoProjectId) demo.begin(firstRun.demoProjectId);
  return { ...address, demoLogin: firstRun.demoLogin, stop };
}

/** Unit prices that were applied to a row, by the ids that the row keeps. */
function pricesOf(prices: Prices): FindPrices {
  return async (projectId, modelId, tierId) => {
    const model = await prices.findModel(projectId, modelId);
    const tier = model?.tiers.find(({ id }) => id === tierId) ?? model?.tiers.find(({ isDefault }) => isDefault);
    return tier ? { ...tier.prices } : null;
  };
}

/** Edits of a trace in the app go through the door like everything else. */
function traceUpdates(door: Door): AcceptTraceUpdate {
  return (projectId, traceId, { timestamp, ...fields }) => {
    const edited = (['tags', 'public'] as const).filter((field) => fields[field] !== undefined);
    const edit = { type: 'trace-create', body: { id: traceId, timestamp, ...fields, edited } } as const;
    return door.accept({ edits: [edit] }, insideSender(projectId, 'page'));
  };
}

/** Whether anything was written in the last three minutes, in any project. */
async function hasRecentEvents(analytics: AnalyticsReader, clock: Clock): Promise<boolean> {
  const since = (clock.now() - 3 * 60_000) * 1000;
  const sql = 'SELECT 1 AS found FROM observations WHERE updated_at >= fromUnixTimestamp64Micro({since:Int64}) LIMIT 1';
  return (await analytics.query(sql, { since })).length > 0;
}

/** Beside the bundle when built; in `dist` of the checkout when run from source. */
function webFolder(): string {
  const built = join(import.meta.dirname, '../web');
  return existsSync(join(built, 'assets')) ? built : join(import.meta.dirname, '../dist/web');
}

function readVersion(): string {
  const found = ['../package.json', '../../package.json'].map((path) => join(import.meta.dirname, path)).find(existsSync);
  return found ? (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version : '0.0.0';
}

const hostInUrl = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};
