import { z } from 'zod';
import { createModelInput, MODEL_UNITS, pricingTier } from '../model.ts';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';
import { storable } from '../storable.ts';

const projectId = z.string();
const id = storable;

/** A model with its prices in full, as programs read and write it; `price` of the prices is the form for people. */
export const pricedModel = z.object({
  id: z.string(),
  modelName: z.string(),
  /** Regular expression on the names that senders give. */
  matchPattern: z.string(),
  /** `built-in` ships with the product; `project` is the project's own and wins. */
  owner: z.enum(['built-in', 'project']),
  /** Prices apply to what started from then on; null: always. */
  startDate: timestamp.nullable(),
  unit: z.enum(MODEL_UNITS),
  /** Flat prices are one tier, the default. Prices are USD per unit by usage type. */
  pricingTiers: z.array(pricingTier.extend({ id: z.string() })),
  tokenizerId: z.string().nullable(),
  tokenizerConfig: z.unknown(),
  /** Null for a built-in model. */
  createdAt: timestamp.nullable(),
});

export const listModels = operation({
  id: 'listModels',
  method: 'GET',
  path: '/projects/{projectId}/models',
  access: 'any',
  role: 'VIEWER',
  summary: 'List models by name, with their prices in full',
  input: z.object({
    projectId,
    owner: pricedModel.shape.owner.optional(),
    page: z.number().int().min(1).default(1),
    limit: z.number().int().min(1).max(100).default(50),
  }),
  output: z.object({ data: z.array(pricedModel), totalCount: z.number().int() }),
});

export const getModel = operation({
  id: 'getModel',
  method: 'GET',
  path: '/projects/{projectId}/models/{id}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a model with its prices',
  input: z.object({ projectId, id }),
  output: pricedModel,
});

export const createModel = operation({
  id: 'createModel',
  method: 'POST',
  path: '/projects/{projectId}/models',
  access: 'any',
  role: 'MEMBER',
  summary: "Create a model of the project's own, with flat prices or tiers",
  input: z.intersection(z.object({ projectId }), createModelInput),
  output: pricedModel,
});

export const putModel = operation({
  id: 'putModel',
  method: 'PUT',
  path: '/projects/{projectId}/models/{id}',
  access: 'any',
  role: 'MEMBER',
  summary: "Create the project's model of an id of your choice, or put another in its place",
  input: z.intersection(z.object({ projectId, id: id.min(1).max(200) }), createModelInput),
  output: pricedModel,
});

export const deleteModel = operation({
  id: 'deleteModel',
  method: 'DELETE',
  path: '/projects/{projectId}/models/{id}',
  access: 'any',
  role: 'MEMBER',
  summary: "Delete one of the project's own models; costs that were computed stay",
  input: z.object({ projectId, id }),
  output: z.object({ ok: z.literal(true) }),
});
