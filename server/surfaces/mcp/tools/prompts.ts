import { z } from 'zod';
import {
  type CreatePrompt,
  createPromptInput,
  LATEST,
  newLabels,
  PRODUCTION,
  promptLabel,
  promptName,
  promptVersion,
} from '../../../../contract/prompt.ts';
import type { Prompts } from '../../../domains/prompts/index.ts';
import { promptBody } from '../../langfuse/prompts.ts';
import { json, paged, pageFields, time } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';

const which = {
  name: z.string().min(1).describe('Name of the prompt, with its folders: "support/answer".'),
  label: z.string().optional().describe('The version with this label. Not together with version.'),
  version: promptVersion.optional().describe('This version. Without version and label: the one labelled "latest", the newest.'),
};

const created = {
  name: promptName.describe('A new name, or that of a prompt which gets a new version. "/" makes folders.'),
  labels: z
    .array(promptLabel.refine((label) => label !== PRODUCTION, 'production is set with updatePromptLabels, on purpose'))
    .max(100)
    .optional()
    .describe('Labels for the new version; they leave the other versions. "production" is refused here: use updatePromptLabels.'),
  config: json.optional().describe('Anything that goes with the prompt: model, temperature, …'),
  tags: z.array(z.string()).optional().describe('Tags of the prompt, for all its versions. Absent: as they were.'),
  commitMessage: z.string().max(500).optional().describe('Why this version was made.'),
};

const message = z.object({ role: z.string(), content: z.string() });
const placeholder = z.object({ type: z.literal('placeholder'), name: z.string() });

/** Prompts with their versions and labels (contract §5.1, §6). */
export function promptTools(prompts: Prompts): Tool[] {
  const create = async (projectId: string, given: unknown) =>
    promptBody(await prompts.create(projectId, createPromptInput.parse(given) as CreatePrompt));
  const get = (resolve: boolean) => async (input: { name: string; label?: string; version?: number }, projectId: string) => {
    const { name, label, version } = input;
    // Over MCP the newest version is meant, over HTTP the one in production (contract §8.8).
    const selector = label === undefined && version === undefined ? { label: LATEST } : { label, version };
    return promptBody(await prompts.get(projectId, name, selector, resolve));
  };

  return [
    tool({
      name: 'getPrompt',
      description: 'Get one version of a prompt, with the prompts that it includes put in their places.',
      effect: 'reads',
      input: z.object(which),
      run: (input, { projectId }) => get(true)(input, projectId),
    }),
    tool({
      name: 'getPromptUnresolved',
      description: 'Get one version of a prompt as it was written, with the references to prompts that it includes. For editing.',
      effect: 'reads',
      input: z.object(which),
      run: (input, { projectId }) => get(false)(input, projectId),
    }),
    tool({
      name: 'listPrompts',
      description: 'List prompts by name with the numbers of their versions, labels and tags. The text comes with getPrompt.',
      effect: 'reads',
      input: z.object({
        name: z.string().optional().describe('Only the prompt of this name.'),
        label: z.string().optional().describe('Only versions with this label.'),
        tag: z.string().optional().describe('Only prompts with this tag.'),
        fromUpdatedAt: time.optional().describe('Changed at this time or later.'),
        toUpdatedAt: time.optional().describe('Changed before this time.'),
        ...pageFields,
      }),
      async run({ page, limit, ...filter }, { projectId }) {
        const { data, totalCount } = await prompts.list(projectId, filter, page, limit);
        return paged(data, { page, limit }, totalCount);
      },
    }),
    tool({
      name: 'createTextPrompt',
      description:
        'Make a text prompt, or the next version of one. The new version is "latest" at once; applications that read a label go on with theirs.',
      effect: 'changes',
      input: z.object({ ...created, prompt: z.string().describe('The text. {{name}} marks a variable.') }),
      run: (input, { projectId }) => create(projectId, { ...input, type: 'text' }),
    }),
    tool({
      name: 'createChatPrompt',
      description: 'Make a chat prompt, or the next version of one. See createTextPrompt.',
      effect: 'changes',
      input: z.object({
        ...created,
        prompt: z
          .array(z.union([placeholder, message]))
          .min(1)
          .describe(
            'Messages {role, content}, {{name}} marks a variable; or {type:"placeholder", name}, where the caller puts messages.',
          ),
      }),
      run: (input, { projectId }) => create(projectId, { ...input, type: 'chat' }),
    }),
    tool({
      name: 'updatePromptLabels',
      description:
        'Put labels on a version of a prompt, beside those it has; they leave the other versions. The label "production" is what applications read by default: this is how a version is put into use.',
      effect: 'changes',
      input: z.object({
        name: which.name,
        version: promptVersion.describe('The version that gets the labels.'),
        newLabels: newLabels.describe('Labels. "latest" moves by itself and is refused.'),
      }),
      run: async ({ name, version, newLabels: labels }, { projectId }) =>
        promptBody(await prompts.putLabels(projectId, name, version, labels)),
    }),
  ];
}
