import type { LlmConnection } from '../../../contract/llm-connection.ts';

/** Why a model cannot be asked for over the project's connections, or null when it can. Pure: whether it answers, nobody knows. */
export function findUnusableModel(
  connections: readonly Pick<LlmConnection, 'provider' | 'customModels' | 'withDefaultModels'>[],
  { provider, model }: { provider: string; model: string },
): string | null {
  const connection = connections.find((each) => each.provider === provider);
  if (!connection) return `This project has no LLM connection named "${provider}".`;
  if (connection.withDefaultModels || connection.customModels.includes(model)) return null;
  return `The LLM connection "${provider}" offers its own models only, and "${model}" is none of them.`;
}
