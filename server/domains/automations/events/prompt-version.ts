import type { PromptChange } from '../../prompts/index.ts';
import type { EventSource } from './source.ts';

/** Versions of prompts. A condition looks at the version as it is after the change, or was before it went. */
export const promptVersions: EventSource<PromptChange> = {
  valueOf({ prompt }, column) {
    const columns: Record<string, string | number | readonly string[]> = {
      name: prompt.name,
      type: prompt.type,
      version: prompt.version,
      labels: prompt.labels,
      tags: prompt.tags,
    };
    return Object.hasOwn(columns, column) ? columns[column] : undefined;
  },

  // In the order in which Langfuse sends the fields.
  payload: (id, at, { action, prompt }, user) => ({
    id,
    timestamp: at.toISOString(),
    type: 'prompt-version',
    apiVersion: 'v1',
    action,
    ...(user ? { user } : {}),
    prompt: {
      id: prompt.id,
      name: prompt.name,
      version: prompt.version,
      projectId: prompt.projectId,
      createdBy: prompt.createdBy,
      labels: prompt.labels,
      prompt: prompt.prompt,
      type: prompt.type,
      config: prompt.config,
      commitMessage: prompt.commitMessage,
      tags: prompt.tags,
      createdAt: prompt.createdAt,
      updatedAt: prompt.updatedAt,
    },
  }),

  subject: ({ prompt }) => `${prompt.name}, version ${prompt.version}`,

  example: (projectId, at, action) => ({
    action,
    by: 'API',
    prompt: {
      id: 'example-prompt-version',
      name: 'example/greeting',
      version: 1,
      projectId,
      createdBy: 'API',
      labels: ['production', 'latest'],
      prompt: 'This is a test event. Hello {{name}}!',
      type: 'text',
      config: { model: 'example-model', temperature: 0.2 },
      commitMessage: 'A test event',
      tags: ['example'],
      createdAt: at.toISOString(),
      updatedAt: at.toISOString(),
    },
  }),
};
