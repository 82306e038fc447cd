import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import { published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const configCategory = published('ConfigCategory', z.strictObject({ value: z.number(), label: z.string() }));
export const scoreConfigDataType = published('ScoreConfigDataType', z.enum(['NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT']));
export const scoreConfig = published(
  'ScoreConfig',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    projectId: z.string(),
    dataType: scoreConfigDataType,
    isArchived: z.boolean(),
    minValue: z.number().nullish(),
    maxValue: z.number().nullish(),
    categories: z.array(configCategory).nullish(),
    description: z.string().nullish(),
  }),
);
export const scoreConfigs = published('ScoreConfigs', z.strictObject({ data: z.array(scoreConfig), meta: metaResponse }));
export const createScoreConfigRequest = published(
  'CreateScoreConfigRequest',
  z.object({
    name: z.string(),
    dataType: scoreConfigDataType,
    categories: z.array(configCategory).nullish(),
    minValue: z.number().nullish(),
    maxValue: z.number().nullish(),
    description: z.string().nullish(),
  }),
);
export const updateScoreConfigRequest = published(
  'UpdateScoreConfigRequest',
  z.object({
    isArchived: z.boolean().nullish(),
    name: z.string().nullish(),
    categories: z.array(configCategory).nullish(),
    minValue: z.number().nullish(),
    maxValue: z.number().nullish(),
    description: z.string().nullish(),
  }),
);

export const scoreConfigsRoutes = routes('Score configs', [
  route('createScoreConfig', 'POST', {
    path: '/score-configs',
    auth: 'project',
    body: createScoreConfigRequest,
    answers: { 200: scoreConfig },
  }),
  route('listScoreConfigs', 'GET', {
    path: '/score-configs',
    auth: 'project',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: scoreConfigs },
  }),
  route('getScoreConfig', 'GET', { path: '/score-configs/{configId}', auth: 'project', answers: { 200: scoreConfig } }),
  route('updateScoreConfig', 'PATCH', {
    path: '/score-configs/{configId}',
    auth: 'project',
    body: updateScoreConfigRequest,
    answers: { 200: scoreConfig },
  }),
]);
