import type { FastifyPluginAsync } from 'fastify';
import { applyLangfuseConventions } from '../langfuse/conventions.ts';
import { createBatchRoutes } from './batch-routes.ts';
import { createOtlpRoutes } from './otlp-routes.ts';
import type { IngestParts } from './parts.ts';

/**
 * The door's HTTP routes below `/api/public`. Register it, beside the read routes, as a child of the instance that holds that prefix
 * and has `applyLangfuseConventions`.
 */
export function createIngestRoutes(parts: IngestParts): FastifyPluginAsync {
  return async (fastify) => {
    await fastify.register(createBatchRoutes(parts));
    await fastify.register(createOtlpRoutes(parts), { prefix: '/otel/v1' });
  };
}

/** OTLP where exporters look for it by default. Register it with the prefix `/v1`. */
export function createOtlpAlias(parts: IngestParts): FastifyPluginAsync {
  return async (fastify) => {
    applyLangfuseConventions(fastify);
    await fastify.register(createOtlpRoutes(parts));
  };
}
