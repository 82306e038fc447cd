import { z } from 'zod';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';
import { samplingSettings } from '../sampling.ts';

const projectId = z.string();

/** What a rule did, or would do, with the traces that it decided on. `rule` is its name, `rest` or `protected`. */
export const samplingCount = z.object({ rule: z.string(), kept: z.number().int(), dropped: z.number().int() });

const savedSettings = samplingSettings.extend({
  /** Grows by one with every change; 0: never changed. */
  version: z.number().int(),
  changedAt: timestamp.nullable(),
  /** The person's id, or the public key. */
  changedBy: z.string().nullable(),
});

export const getSampling = operation({
  id: 'getSampling',
  method: 'GET',
  path: '/projects/{projectId}/sampling',
  access: 'any',
  role: 'VIEWER',
  summary: 'Which traces are kept once they are whole, and what the rules did on each of the last 30 days',
  input: z.object({ projectId }),
  output: z.object({
    settings: savedSettings,
    /** By day (UTC, newest first), rule and the public key that brought the trace. */
    counts: z.array(samplingCount.extend({ day: z.string(), publicKey: z.string() })),
  }),
});

export const putSampling = operation({
  id: 'putSampling',
  method: 'PUT',
  path: '/projects/{projectId}/sampling',
  access: 'any',
  role: 'ADMIN',
  summary: 'Change which traces are kept; what was decided before stays so',
  input: samplingSettings.extend({ projectId }),
  output: savedSettings,
});

export const previewSampling = operation({
  id: 'previewSampling',
  method: 'POST',
  path: '/projects/{projectId}/sampling/preview',
  access: 'any',
  role: 'VIEWER',
  summary: 'What rules would have done with the traces of the last day; nothing is deleted',
  input: samplingSettings.extend({ projectId }),
  output: z.object({
    /** Traces that were looked at, the newest of the last day, and how many there were in all. */
    looked: z.number().int(),
    total: z.number().int(),
    kept: z.number().int(),
    dropped: z.number().int(),
    byRule: z.array(samplingCount),
    /** What would be deleted with them: observations, bytes of their texts, and their cost in USD, which stays spent. */
    droppedObservations: z.number().int(),
    droppedBytes: z.number().int(),
    droppedCost: z.number(),
  }),
});

export const listSamplingChanges = operation({
  id: 'listSamplingChanges',
  method: 'GET',
  path: '/projects/{projectId}/sampling/changes',
  access: 'any',
  role: 'MEMBER',
  summary: 'Every change of the rules, newest first: who, when, and what they were from then on',
  input: z.object({ projectId, page: z.number().int().min(1).default(1), limit: z.number().int().min(1).max(100).default(50) }),
  output: z.object({ data: z.array(savedSettings), totalCount: z.number().int() }),
});
