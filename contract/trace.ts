import { z } from 'zod';
import { level, observationNode, timestamp } from './observation.ts';
import { score } from './score.ts';

/** Scores of one name on one trace, folded for a table cell. */
export const scoreCell = z.object({
  name: z.string(),
  dataType: z.string(),
  /** Mean of numeric and boolean values; null when there are only texts. */
  mean: z.number().nullable(),
  /** Distinct categories or texts, at most five. */
  values: z.array(z.string()),
  count: z.number(),
});

/** A trace as lists show it. Latency in seconds (null when no step has ended), cost in USD. */
export const traceSummary = z.object({
  id: z.string(),
  name: z.string().nullable(),
  timestamp,
  latency: z.number().nullable(),
  totalCost: z.number().nullable(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  totalTokens: z.number(),
  observationCount: z.number(),
  errorCount: z.number(),
  warningCount: z.number(),
  level,
  userId: z.string().nullable(),
  sessionId: z.string().nullable(),
  environment: z.string(),
  version: z.string().nullable(),
  release: z.string().nullable(),
  tags: z.array(z.string()),
  bookmarked: z.boolean(),
  public: z.boolean(),
  models: z.array(z.string()),
  scores: z.array(scoreCell),
  inputPreview: z.string().nullable(),
  outputPreview: z.string().nullable(),
});
export type TraceSummary = z.infer<typeof traceSummary>;

/** A trace with the skeleton of its steps in start order; texts of steps are fetched one by one. */
export const traceDetail = traceSummary.omit({ inputPreview: true, outputPreview: true, scores: true, models: true }).extend({
  input: z.unknown(),
  output: z.unknown(),
  metadata: z.record(z.string(), z.unknown()),
  scores: z.array(score),
  observations: z.array(observationNode),
});
export type TraceDetail = z.infer<typeof traceDetail>;
