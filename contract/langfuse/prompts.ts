import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import { anything, givenTime, published, timestamp, unlisted } from './published.ts';
import { route, routes } from './route.ts';

export const promptType = published('PromptType', z.enum(['chat', 'text']));
export const promptMeta = published(
  'PromptMeta',
  z.strictObject({
    name: z.string(),
    type: promptType,
    versions: z.array(z.int()),
    labels: z.array(z.string()),
    tags: z.array(z.string()),
    lastUpdatedAt: timestamp,
    lastConfig: anything,
  }),
);
export const promptMetaListResponse = published(
  'PromptMetaListResponse',
  z.strictObject({ data: z.array(promptMeta), meta: metaResponse, pagination: unlisted(metaResponse) }),
);
export const chatMessageType = published('ChatMessageType', z.literal('chatmessage'));
export const chatMessage = published(
  'ChatMessage',
  z.strictObject({ role: z.string(), content: z.string(), type: chatMessageType.optional() }),
);
export const placeholderMessageType = published('PlaceholderMessageType', z.literal('placeholder'));
export const placeholderMessage = published(
  'PlaceholderMessage',
  z.strictObject({ name: z.string(), type: placeholderMessageType.optional() }),
);
export const chatMessageWithPlaceholders = published('ChatMessageWithPlaceholders', z.union([chatMessage, placeholderMessage]));
export const createChatPromptType = published('CreateChatPromptType', z.literal('chat'));
export const createChatPromptRequest = published(
  'CreateChatPromptRequest',
  z.object({
    name: z.string(),
    prompt: z.array(chatMessageWithPlaceholders),
    config: z.unknown().optional(),
    type: createChatPromptType,
    labels: z.array(z.string()).nullish(),
    tags: z.array(z.string()).nullish(),
    commitMessage: z.string().nullish(),
  }),
);
export const createTextPromptType = published('CreateTextPromptType', z.literal('text'));
export const createTextPromptRequest = published(
  'CreateTextPromptRequest',
  z.object({
    name: z.string(),
    prompt: z.string(),
    config: z.unknown().optional(),
    type: createTextPromptType.optional(),
    labels: z.array(z.string()).nullish(),
    tags: z.array(z.string()).nullish(),
    commitMessage: z.string().nullish(),
  }),
);
export const createPromptRequest = published('CreatePromptRequest', z.union([createChatPromptRequest, createTextPromptRequest]));
export const basePrompt = published(
  'BasePrompt',
  z.strictObject({
    name: z.string(),
    version: z.int(),
    config: anything,
    labels: z.array(z.string()),
    tags: z.array(z.string()),
    commitMessage: z.string().nullish(),
    resolutionGraph: z.record(z.string(), anything).nullish(),
    id: unlisted(z.string()),
    createdAt: unlisted(timestamp),
    updatedAt: unlisted(timestamp),
    projectId: unlisted(z.string()),
    createdBy: unlisted(z.string()),
    isActive: unlisted(z.boolean()),
  }),
);
export const textPrompt = published('TextPrompt', basePrompt.extend({ prompt: z.string() }));
export const chatPrompt = published('ChatPrompt', basePrompt.extend({ prompt: z.array(chatMessageWithPlaceholders) }));
export const prompt = published(
  'Prompt',
  z.discriminatedUnion('type', [chatPrompt.extend({ type: z.literal('chat') }), textPrompt.extend({ type: z.literal('text') })]),
);

export const promptsRoutes = routes('Prompts', [
  route('getPrompt', 'GET', {
    path: '/v2/prompts/{promptName}',
    auth: 'project',
    errors: 'named',
    query: z.object({ version: z.int().optional(), label: z.string().optional(), resolve: z.boolean().optional() }),
    answers: { 200: prompt },
  }),
  route('deletePrompt', 'DELETE', {
    path: '/v2/prompts/{promptName}',
    auth: 'project',
    errors: 'named',
    query: z.object({ label: z.string().optional(), version: z.int().optional() }),
    answers: { 204: null },
  }),
  route('listPrompts', 'GET', {
    path: '/v2/prompts',
    auth: 'project',
    errors: 'named',
    query: z.object({
      name: z.string().optional(),
      label: z.string().optional(),
      tag: z.string().optional(),
      page: pageNumber,
      limit: upTo(100, 10),
      fromUpdatedAt: givenTime.optional(),
      toUpdatedAt: givenTime.optional(),
      filter: z.string().optional().describe('JSON list of conditions on versions, instead of the other filters.'),
    }),
    answers: { 200: promptMetaListResponse },
  }),
  route('createPrompt', 'POST', {
    path: '/v2/prompts',
    auth: 'project',
    errors: 'named',
    body: createPromptRequest,
    answers: { 201: prompt },
  }),
  route('updatePromptVersion', 'PATCH', {
    path: '/v2/prompts/{name}/versions/{version}',
    auth: 'project',
    errors: 'named',
    body: z.object({ newLabels: z.array(z.string()) }),
    answers: { 200: prompt },
  }),
  route('getPromptV1', 'GET', {
    path: '/prompts',
    auth: 'project',
    errors: 'named',
    listed: false,
    deprecated: true,
    query: z.object({ name: z.string(), version: z.int().optional() }),
    answers: { 200: prompt },
  }),
  route('createPromptV1', 'POST', {
    path: '/prompts',
    auth: 'project',
    errors: 'named',
    listed: false,
    deprecated: true,
    body: z.object({
      name: z.string(),
      isActive: z.boolean(),
      prompt: z.union([z.string(), z.array(chatMessageWithPlaceholders)]),
    }),
    answers: { 201: prompt },
  }),
]);
