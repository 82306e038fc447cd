import { z } from 'zod';
import { llmConnection, updateLlmConnectionInput, upsertLlmConnectionInput } from '../llm-connection.ts';
import { operation } from '../operation.ts';

const projectId = z.string();

export const listLlmConnections = operation({
  id: 'listLlmConnections',
  method: 'GET',
  path: '/projects/{projectId}/llm-connections',
  access: 'any',
  role: 'VIEWER',
  summary: 'List connections to model providers, newest first',
  input: z.object({
    projectId,
    page: z.number().int().min(1).default(1),
    limit: z.number().int().min(1).max(100).default(50),
  }),
  output: z.object({ data: z.array(llmConnection), totalCount: z.number().int() }),
});

export const upsertLlmConnection = operation({
  id: 'upsertLlmConnection',
  method: 'PUT',
  path: '/projects/{projectId}/llm-connections',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create the connection of a provider name, or replace it',
  input: z.intersection(z.object({ projectId }), upsertLlmConnectionInput),
  output: llmConnection,
});

/** A stored key or value of a header is only kept while address and adapter stay: it is not sent to where nobody entered it for. */
export const updateLlmConnection = operation({
  id: 'updateLlmConnection',
  method: 'PATCH',
  path: '/projects/{projectId}/llm-connections/{connectionId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Change a connection to a model provider; secrets that are left out stay',
  input: z.intersection(z.object({ projectId, connectionId: z.string() }), updateLlmConnectionInput),
  output: llmConnection,
});

export const deleteLlmConnection = operation({
  id: 'deleteLlmConnection',
  method: 'DELETE',
  path: '/projects/{projectId}/llm-connections/{connectionId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a connection to a model provider',
  input: z.object({ projectId, connectionId: z.string() }),
  output: z.object({ ok: z.literal(true) }),
});
