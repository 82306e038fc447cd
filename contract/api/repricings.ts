import { z } from 'zod';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';

const projectId = z.string();
export const REPRICING_STATUSES = ['waiting', 'running', 'done', 'failed'] as const;

/** Steps that began in this span of time, the end left out. */
const range = { from: timestamp, to: timestamp };

/** Pricing anew what is stored already. Costs in USD; `changed` counts observations whose cost or price differs. */
export const repricing = z.object({
  id: z.string(),
  ...range,
  status: z.enum(REPRICING_STATUSES),
  lookedAt: z.number().int(),
  changed: z.number().int(),
  /** Of the changed observations. */
  costBefore: z.number(),
  costAfter: z.number(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
});

export const repricingPreview = z.object({
  lookedAt: z.number().int(),
  changed: z.number().int(),
  costBefore: z.number(),
  costAfter: z.number(),
  /** False when the span holds more than was looked at: the figures are of its first part. */
  complete: z.boolean(),
  /** What changes, the largest differences first. A name is null where no price fitted, or fits. */
  changes: z.array(
    z.object({
      model: z.string(),
      priceBefore: z.string().nullable(),
      priceAfter: z.string().nullable(),
      observations: z.number().int(),
      costBefore: z.number(),
      costAfter: z.number(),
    }),
  ),
});

export const previewRepricing = operation({
  id: 'previewRepricing',
  method: 'POST',
  path: '/projects/{projectId}/repricings/preview',
  access: 'any',
  role: 'MEMBER',
  summary: "See what today's prices would change in the costs of a span of time; nothing is changed",
  input: z.object({ projectId, ...range }),
  output: repricingPreview,
});

export const startRepricing = operation({
  id: 'startRepricing',
  method: 'POST',
  path: '/projects/{projectId}/repricings',
  access: 'any',
  role: 'MEMBER',
  summary: "Price a span of time anew with today's prices, in the background; costs that senders stated stay",
  input: z.object({ projectId, ...range }),
  output: repricing,
});

export const listRepricings = operation({
  id: 'listRepricings',
  method: 'GET',
  path: '/projects/{projectId}/repricings',
  access: 'any',
  role: 'VIEWER',
  summary: 'List what was priced anew and how far it is, newest first, at most 20',
  input: z.object({ projectId }),
  output: z.object({ data: z.array(repricing) }),
});
