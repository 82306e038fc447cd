import type { EventAction, PromptVersionPayload } from '../../../contract/automation.ts';
import type { PromptChange } from '../prompts/index.ts';

export type Actor = NonNullable<PromptVersionPayload['user']>;

/** The body of an event of a prompt version, in the order of the contract (§7.2). @param id of the execution */
export function promptPayload(
  id: string,
  at: Date,
  action: EventAction,
  prompt: PromptChange['prompt'],
  user: Actor | undefined,
): PromptVersionPayload {
  return {
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
  };
}

/** What a payload is about, for the delivery log. */
export const subjectOf = ({ prompt }: PromptVersionPayload): string => `${prompt.name}, version ${prompt.version}`;

/** What "Send a test event" sends. */
export function examplePayload(id: string, at: Date, action: EventAction, projectId: string, user: Actor | undefined) {
  const iso = at.toISOString();
  return promptPayload(
    id,
    at,
    action,
    {
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
      createdAt: iso,
      updatedAt: iso,
    },
    user,
  );
}
