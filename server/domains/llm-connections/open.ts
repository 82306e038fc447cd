import { createCrypto } from '../../lib/crypto.ts';
import type { Slice, Spine } from '../slice.ts';
import { createLlmConnections, type LlmConnections } from './llm-connections.ts';
import { llmConnectionOperations } from './operations.ts';

export function openLlmConnections(spine: Spine): LlmConnections & Slice {
  const connections = createLlmConnections({ ...spine, crypto: createCrypto(spine.secret) });
  return { ...connections, operations: llmConnectionOperations(connections) };
}
