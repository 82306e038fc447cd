import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { upsertLlmConnectionInput } from '../../../contract/llm-connection.ts';
import type { LlmConnections } from '../../domains/llm-connections/index.ts';
import { type InstanceAdmin, projectOfKeyOrAdmin } from './instance-admin.ts';
import { pageMeta, pageParams } from './query-params.ts';

const listParams = z.object(pageParams);
const oneParams = z.object({ id: z.string() });

/** Connections to model providers in the Langfuse API, for a project's key and the instance's administrator (contract §1.16). */
export function llmConnectionRoutes({
  llmConnections,
  ...admin
}: InstanceAdmin & { llmConnections: Pick<LlmConnections, 'list' | 'upsert' | 'delete'> }): FastifyPluginAsync {
  return async (fastify) => {
    fastify.get('/llm-connections', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      const { page, limit } = listParams.parse(request.query);
      const { data, totalItems } = await llmConnections.list(projectId, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.put('/llm-connections', async (request, reply) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      const { connection, created } = await llmConnections.upsert(projectId, upsertLlmConnectionInput.parse(request.body));
      return reply.code(created ? 201 : 200).send(connection);
    });

    fastify.delete('/llm-connections/:id', async (request) => {
      const projectId = await projectOfKeyOrAdmin(admin, request);
      await llmConnections.delete(projectId, oneParams.parse(request.params).id);
      return { message: 'LLM connection successfully deleted' };
    });
  };
}
