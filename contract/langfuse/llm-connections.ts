import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import { anything, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const llmConnection = published(
  'LlmConnection',
  z.strictObject({
    id: z.string(),
    provider: z.string(),
    adapter: z.string(),
    displaySecretKey: z.string(),
    baseURL: z.string().nullish(),
    customModels: z.array(z.string()),
    withDefaultModels: z.boolean(),
    extraHeaderKeys: z.array(z.string()),
    config: z.record(z.string(), anything).nullish(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const paginatedLlmConnections = published(
  'PaginatedLlmConnections',
  z.strictObject({ data: z.array(llmConnection), meta: metaResponse }),
);
export const llmAdapter = published(
  'LlmAdapter',
  z.enum(['anthropic', 'openai', 'azure', 'bedrock', 'google-vertex-ai', 'google-ai-studio']),
);
export const upsertLlmConnectionRequest = published(
  'UpsertLlmConnectionRequest',
  z.object({
    provider: z.string(),
    adapter: llmAdapter,
    secretKey: z.string(),
    baseURL: z.string().nullish(),
    customModels: z.array(z.string()).nullish(),
    withDefaultModels: z.boolean().nullish(),
    extraHeaders: z.record(z.string(), z.string()).nullish(),
    config: z.record(z.string(), anything).nullish(),
  }),
);
export const deleteLlmConnectionResponse = published('DeleteLlmConnectionResponse', z.strictObject({ message: z.string() }));

export const llmConnectionsRoutes = routes('LLM connections', [
  route('listLlmConnections', 'GET', {
    path: '/llm-connections',
    auth: 'projectOrAdmin',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: paginatedLlmConnections },
  }),
  route('upsertLlmConnection', 'PUT', {
    path: '/llm-connections',
    auth: 'projectOrAdmin',
    body: upsertLlmConnectionRequest,
    answers: { 200: llmConnection, 201: llmConnection },
  }),
  route('deleteLlmConnection', 'DELETE', {
    path: '/llm-connections/{id}',
    auth: 'projectOrAdmin',
    answers: { 200: deleteLlmConnectionResponse },
  }),
]);
