import { z } from 'zod';
import { timestamp } from './observation.ts';

export const SCORE_DATA_TYPES = ['NUMERIC', 'CATEGORICAL', 'BOOLEAN', 'TEXT', 'CORRECTION'] as const;
export const scoreDataType = z.enum(SCORE_DATA_TYPES);
export const SCORE_SOURCES = ['API', 'EVAL', 'ANNOTATION'] as const;
export const scoreSource = z.enum(SCORE_SOURCES);
/** Those that a sender may claim; EVAL is the server's own. */
export const CLAIMABLE_SCORE_SOURCES = ['API', 'ANNOTATION'] as const;

/** A judgement on a trace, observation, session or dataset run. */
export const score = z.object({
  id: z.string(),
  name: z.string(),
  dataType: scoreDataType,
  source: scoreSource,
  /** The number (NUMERIC; BOOLEAN 0 or 1; the category's number for CATEGORICAL), null for texts. */
  value: z.number().nullable(),
  stringValue: z.string().nullable(),
  comment: z.string().nullable(),
  timestamp,
  traceId: z.string().nullable(),
  observationId: z.string().nullable(),
  sessionId: z.string().nullable(),
  /** Id of the dataset run or experiment. */
  datasetRunId: z.string().nullable(),
  configId: z.string().nullable(),
  queueId: z.string().nullable(),
  authorUserId: z.string().nullable(),
  environment: z.string(),
  metadata: z.record(z.string(), z.unknown()),
});
export type Score = z.infer<typeof score>;
