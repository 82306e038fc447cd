export { findUnusableModel } from './find-unusable-model.ts';
export {
  createLlmConnections,
  type LlmConnections,
  type LlmConnectionsDeps,
  type OpenLlmConnection,
} from './llm-connections.ts';
export { openLlmConnections } from './open.ts';
export { llmConnectionOperations } from './operations.ts';
