import { z } from 'zod';
import { message, metaResponse, pageNumber, upTo } from './common.ts';
import { anything, givenTime, ours, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const modelPrice = published('ModelPrice', z.strictObject({ price: z.number() }));
export const pricingTierOperator = published('PricingTierOperator', z.enum(['gt', 'gte', 'lt', 'lte', 'eq', 'neq']));
export const pricingTierUsageCondition = published(
  'PricingTierUsageCondition',
  z.strictObject({
    usageDetailPattern: z.string(),
    operator: pricingTierOperator,
    value: z.number(),
    caseSensitive: z.boolean(),
  }),
);
export const pricingTierAttributeSource = published('PricingTierAttributeSource', z.enum(['model_parameters', 'metadata']));
export const pricingTierAttributeCondition = published(
  'PricingTierAttributeCondition',
  z.strictObject({ source: pricingTierAttributeSource, key: z.string(), operator: z.string(), values: z.array(z.string()) }),
);
export const pricingTierCondition = published(
  'PricingTierCondition',
  z.union([pricingTierUsageCondition, pricingTierAttributeCondition]),
);
export const pricingTier = published(
  'PricingTier',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    isDefault: z.boolean(),
    priority: z.int(),
    conditions: z.array(pricingTierCondition),
    attributeConditions: ours(
      z.array(pricingTierAttributeCondition),
      "What a built-in model's tier asks of attributes, on top of its conditions: apart, because Python's SDK reads no list of conditions that holds such a one.",
    ),
    prices: z.record(z.string(), z.number()),
  }),
);
export const modelUsageUnit = published(
  'ModelUsageUnit',
  z.enum(['CHARACTERS', 'TOKENS', 'MILLISECONDS', 'SECONDS', 'IMAGES', 'REQUESTS']),
);
export const model = published(
  'Model',
  z.strictObject({
    id: z.string(),
    modelName: z.string(),
    matchPattern: z.string(),
    startDate: timestamp.nullable(),
    unit: modelUsageUnit.optional(),
    inputPrice: z.number().nullable(),
    outputPrice: z.number().nullable(),
    totalPrice: z.number().nullable(),
    tokenizerId: z.string().nullable(),
    tokenizerConfig: anything,
    isLangfuseManaged: z.boolean(),
    createdAt: timestamp,
    prices: z.record(z.string(), modelPrice),
    pricingTiers: z.array(pricingTier),
  }),
);
export const pricingTierInput = published(
  'PricingTierInput',
  z.object({
    name: z.string(),
    isDefault: z.boolean(),
    priority: z.int(),
    conditions: z.array(pricingTierCondition),
    prices: z.record(z.string(), z.number()),
  }),
);
export const paginatedModels = published('PaginatedModels', z.strictObject({ data: z.array(model), meta: metaResponse }));
export const createModelRequest = published(
  'CreateModelRequest',
  z.object({
    modelName: z.string(),
    matchPattern: z.string(),
    startDate: givenTime.nullish(),
    unit: modelUsageUnit.optional(),
    inputPrice: z.number().nullish(),
    outputPrice: z.number().nullish(),
    totalPrice: z.number().nullish(),
    pricingTiers: z.array(pricingTierInput).nullish(),
    tokenizerId: z.string().nullish(),
    tokenizerConfig: z.unknown().optional(),
  }),
);

export const modelsRoutes = routes('Models', [
  route('createModel', 'POST', { path: '/models', auth: 'projectOrAdmin', body: createModelRequest, answers: { 200: model } }),
  route('listModels', 'GET', {
    path: '/models',
    auth: 'projectOrAdmin',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: paginatedModels },
  }),
  route('getModel', 'GET', { path: '/models/{id}', auth: 'projectOrAdmin', answers: { 200: model } }),
  route('upsertModel', 'PUT', {
    path: '/models/{id}',
    auth: 'projectOrAdmin',
    body: createModelRequest,
    answers: { 200: model },
  }),
  route('deleteModel', 'DELETE', { path: '/models/{id}', auth: 'projectOrAdmin', answers: { 200: message } }),
]);
