import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Spine } from '../domains/slice.ts';
import type { Start } from '../lib/lifetime.ts';
import { hasRecentEvents } from '../query/has-recent-events.ts';
import { FREE_FOR_INSERTS } from '../store/analytics/embedded-engine.ts';
import { freeBytes } from '../store/private-folder.ts';
import { adminOrganisationRoutes } from '../surfaces/admin/organisations.ts';
import { answerFrameworkError } from '../surfaces/framework-errors.ts';
import { writeGently } from '../surfaces/gentle-answers.ts';
import { createAskHealth, healthRoutes } from '../surfaces/health.ts';
import {
  API_PREFIX,
  authSurface,
  httpSurface,
  requestIdOf,
  returnRequestIds,
  tailSurface,
  takeKeyHeaders,
  trustedProxies,
} from '../surfaces/http/index.ts';
import { startGrpc } from '../surfaces/ingest/grpc.ts';
import { createOtlpAlias } from '../surfaces/ingest/http.ts';
import { createIntakeBudget } from '../surfaces/ingest/intake-budget.ts';
import { createTools, mcpDescriptorRoute, mcpRoutes } from '../surfaces/mcp/index.ts';
import { openApiSurface, watchRoutes } from '../surfaces/openapi/openapi.ts';
import { measureJobs } from '../surfaces/prometheus/job-metrics.ts';
import { createPrometheusSurface } from '../surfaces/prometheus/prometheus.ts';
import { measureRequests } from '../surfaces/prometheus/request-metrics.ts';
import { logRequests } from '../surfaces/request-log.ts';
import { requireHttpsAgain } from '../surfaces/transport-security.ts';
import { webSurface } from '../surfaces/web.ts';
import { webFolder } from './built.ts';
import { langfuseRoutes } from './langfuse-routes.ts';
import type { Slices } from './slices.ts';
import type { Address } from './spine.ts';

/** How long open requests may go on after the signal to stop; what they bring is stored before they are answered. */
const DRAIN_LIMIT_MS = 10_000;

/** Version of the Langfuse API that is spoken, for clients that compare it. */
const PUBLIC_API_VERSION = '4.0.0';

/** What was written in this time counts as recent, ms. */
const RECENT_MS = 3 * 60_000;

/** Opens the surfaces on the slices, and listens. `address` is filled in. */
export async function serve(spine: Spine, slices: Slices, start: Start, address: Address): Promise<void> {
  const { config, version, log, analytics, metadata, clock } = spine;
  const { access, intake } = slices;
  const stopping = new AbortController();
  const { app, isServed } = createFastify(spine);
  const ingest = {
    door: intake.door,
    access,
    receipts: intake.receipts,
    maxBodyBytes: config.maxBodyBytes,
    budget: createIntakeBudget(Math.max(config.bufferBytes, 2 * config.maxBodyBytes)),
  };
  const health = {
    version,
    publicVersion: PUBLIC_API_VERSION,
    stores: { analytics: () => analytics.ping(), metadata: () => metadata.ping() },
    disk: async () => ({ free: await freeBytes(resolve(config.dataDir)), needed: FREE_FOR_INSERTS }),
    isStarted: () => address.url !== '',
    isDraining: () => stopping.signal.aborted,
    hasRecentEvents: () => hasRecentEvents(analytics, clock.now() - RECENT_MS),
  };
  measureJobs(spine.registry, spine.jobs, () => clock.now());
  const operations = slices.all.flatMap((slice) => slice.operations);
  const scope = { access, trustsOrigin: access.trustsOrigin };
  const tools = createTools({
    ...slices,
    ...{ store: analytics, findPrices: slices.prices.findPrices, door: intake.door, models: slices.prices.models },
    askHealth: createAskHealth(health),
  });

  await app.register(healthRoutes(health));
  await app.register(
    createPrometheusSurface({
      ...{ registry: spine.registry, token: config.metricsToken, receipts: intake.receipts },
      ...{ buffer: intake.buffer, inFlight: () => ingest.budget.bytes },
    }),
  );
  await app.register(authSurface({ access }));
  await app.register(
    async (api) => {
      await api.register(httpSurface({ ...scope, operations, checkOutput: config.checkResponses }));
      await api.register(tailSurface({ ...scope, subscribe: intake.subscribe, stopping: stopping.signal }));
    },
    { prefix: API_PREFIX },
  );
  await app.register(langfuseRoutes(spine, slices, health, ingest), { prefix: '/api/public' });
  await app.register(adminOrganisationRoutes({ adminApiKey: config.adminApiKey, instance: access.instance }), {
    prefix: '/api/admin',
  });
  await app.register(createOtlpAlias(ingest), { prefix: '/v1' });
  await app.register(openApiSurface({ operations: operations.map(({ operation }) => operation), version, isServed }));
  await app.register(mcpRoutes({ access, tools, publicUrl: config.publicUrl, allowedHosts: config.mcpAllowedHosts }));
  await app.register(mcpDescriptorRoute());
  await app.register(webSurface({ folder: webFolder(), mediaOrigin: (await spine.blobs.links?.origin()) ?? '' }));

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
}

function createFastify({ config, log, registry }: Spine): { app: FastifyInstance; isServed: ReturnType<typeof watchRoutes> } {
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
  writeGently(app);
  const isServed = watchRoutes(app);
  requireHttpsAgain(app);
  takeKeyHeaders(app);
  logRequests(app);
  measureRequests(app, registry);
  return { app, isServed };
}

const hostInUrl = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};
