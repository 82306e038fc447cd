import * as declared from '../../../contract/api/llm-connections.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { LlmConnections } from './llm-connections.ts';

/** What our own API can do with connections to model providers. */
export function llmConnectionOperations(connections: LlmConnections): Implemented[] {
  return [
    implement(declared.listLlmConnections, async ({ projectId, page, limit }) => {
      const { data, totalItems } = await connections.list(projectId, page, limit);
      return { data, totalCount: totalItems };
    }),
    implement(
      declared.upsertLlmConnection,
      async ({ projectId, ...given }) => (await connections.upsert(projectId, given)).connection,
    ),
    implement(declared.updateLlmConnection, ({ projectId, connectionId, ...given }) =>
      connections.update(projectId, connectionId, given),
    ),
    implement(declared.deleteLlmConnection, async ({ projectId, connectionId }) => {
      await connections.delete(projectId, connectionId);
      return { ok: true as const };
    }),
  ];
}
