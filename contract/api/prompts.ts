import { z } from 'zod';
import { operation } from '../operation.ts';
import { createPromptInput, newLabels, prompt, promptSummary, promptVersion } from '../prompt.ts';
import { promptConditions } from '../prompt-filter.ts';
import { storable } from '../storable.ts';
import { givenTime } from '../time.ts';

const projectId = z.string();
/** URL-encoded in the path, with its folders: `support%2Fanswer`. */
const name = z.string();

export const listPrompts = operation({
  id: 'listPrompts',
  method: 'GET',
  path: '/projects/{projectId}/prompts',
  access: 'any',
  role: 'VIEWER',
  summary: 'List prompts by name',
  input: z.object({
    projectId,
    name: storable.optional(),
    label: storable.optional(),
    tag: storable.optional(),
    fromUpdatedAt: givenTime.optional(),
    toUpdatedAt: givenTime.optional(),
    /** Instead of all others, when given. */
    conditions: promptConditions.optional(),
    page: z.number().int().min(1).default(1),
    limit: z.number().int().min(1).max(100).default(50),
  }),
  output: z.object({ data: z.array(promptSummary), totalCount: z.number().int() }),
});

export const getPrompt = operation({
  id: 'getPrompt',
  method: 'GET',
  path: '/projects/{projectId}/prompts/{name}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a version of a prompt, "production" unless a version or label is named',
  input: z.object({
    projectId,
    name,
    version: promptVersion.optional(),
    label: z.string().optional(),
    /** False: as written, with the tags of what it includes. */
    resolve: z.boolean().default(true),
  }),
  output: prompt,
});

export const createPrompt = operation({
  id: 'createPrompt',
  method: 'POST',
  path: '/projects/{projectId}/prompts',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create a prompt or a new version of it',
  input: z.intersection(z.object({ projectId }), createPromptInput),
  output: prompt,
});

export const updatePromptLabels = operation({
  id: 'updatePromptLabels',
  method: 'PATCH',
  path: '/projects/{projectId}/prompts/{name}/versions/{version}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Move labels to a version of a prompt',
  input: z.object({ projectId, name, version: z.coerce.number().pipe(promptVersion), newLabels }),
  output: prompt,
});

export const deletePrompt = operation({
  id: 'deletePrompt',
  method: 'DELETE',
  path: '/projects/{projectId}/prompts/{name}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a prompt, or the versions that a version or label names',
  input: z.object({ projectId, name, version: promptVersion.optional(), label: z.string().optional() }),
  output: z.object({ ok: z.literal(true) }),
});
