import { z } from 'zod';

/** Kinds of step, in the order in which pages offer them. */
export const OBSERVATION_TYPES = [
  'SPAN',
  'GENERATION',
  'EVENT',
  'AGENT',
  'TOOL',
  'CHAIN',
  'RETRIEVER',
  'EMBEDDING',
  'EVALUATOR',
  'GUARDRAIL',
] as const;
export const observationType = z.enum(OBSERVATION_TYPES);
export type ObservationType = z.infer<typeof observationType>;

/** Severity, mildest first: the index orders them. */
export const LEVELS = ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'] as const;
export const level = z.enum(LEVELS);
export type Level = z.infer<typeof level>;

/** Milliseconds since the epoch as an ISO-8601 UTC string with milliseconds. */
export const timestamp = z.iso.datetime({ offset: true });

/** An observation as lists show it; text is cut to a preview of 200 characters. Durations in seconds, money in USD. */
export const observationSummary = z.object({
  id: z.string(),
  traceId: z.string(),
  parentObservationId: z.string().nullable(),
  type: observationType,
  name: z.string(),
  level,
  statusMessage: z.string().nullable(),
  startTime: timestamp,
  endTime: timestamp.nullable(),
  latency: z.number().nullable(),
  timeToFirstToken: z.number().nullable(),
  model: z.string().nullable(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  totalTokens: z.number(),
  totalCost: z.number().nullable(),
  environment: z.string(),
  version: z.string().nullable(),
  promptName: z.string().nullable(),
  promptVersion: z.number().nullable(),
  traceName: z.string().nullable(),
  userId: z.string().nullable(),
  sessionId: z.string().nullable(),
  tags: z.array(z.string()),
  inputPreview: z.string().nullable(),
  outputPreview: z.string().nullable(),
});
export type ObservationSummary = z.infer<typeof observationSummary>;

/** One step in the skeleton of a trace: what tree, timeline and graph need, without texts. Times in ms relative to the trace's start. */
export const observationNode = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  type: observationType,
  name: z.string(),
  level,
  /** Offset from the trace's timestamp, ms, may have a fraction. */
  start: z.number(),
  /** Duration in ms; null while unknown (events, unfinished steps). */
  duration: z.number().nullable(),
  /** Offset of the first token from this step's start, ms. */
  firstToken: z.number().nullable(),
  model: z.string().nullable(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  totalTokens: z.number(),
  totalCost: z.number().nullable(),
  statusMessage: z.string().nullable(),
  /** Set when another observation claims a parent that was never received. */
  orphan: z.boolean(),
});
export type ObservationNode = z.infer<typeof observationNode>;

/** A span event, as recorded by OpenTelemetry: exceptions, retries, anything. */
export const spanEvent = z.object({ name: z.string(), time: timestamp, attributes: z.record(z.string(), z.unknown()) });
export type SpanEvent = z.infer<typeof spanEvent>;

export const spanLink = z.object({ traceId: z.string(), spanId: z.string(), attributes: z.record(z.string(), z.unknown()) });
export type SpanLink = z.infer<typeof spanLink>;

/** Which price priced an observation. */
export const appliedPrice = z.object({
  modelId: z.string().nullable(),
  modelName: z.string().nullable(),
  tierName: z.string().nullable(),
  /** USD per unit, by usage type. */
  prices: z.record(z.string(), z.number()),
  /** True when the sender gave the cost itself and nothing was computed. */
  provided: z.boolean(),
  /** True when tokens were counted by us because the sender gave none. */
  usageEstimated: z.boolean(),
});

/** One observation whole: everything that was received and derived. `input`, `output` are parsed JSON where they are JSON. */
export const observationDetail = observationSummary.omit({ inputPreview: true, outputPreview: true }).extend({
  completionStartTime: timestamp.nullable(),
  input: z.unknown(),
  output: z.unknown(),
  metadata: z.record(z.string(), z.unknown()),
  modelParameters: z.record(z.string(), z.unknown()),
  usageDetails: z.record(z.string(), z.number()),
  costDetails: z.record(z.string(), z.number()),
  price: appliedPrice,
  /** Set when it says again what other steps of its trace say: shown as it was sent, and left out of sums. */
  repeat: z
    .object({
      /** The step that counts in its place, or `descendants` when several do. */
      of: z.string(),
      reason: z.string(),
      /** Whether its tokens, and whether its cost, are left out. */
      usage: z.boolean(),
      cost: z.boolean(),
    })
    .nullable(),
  promptId: z.string().nullable(),
  release: z.string().nullable(),
  events: z.array(spanEvent),
  links: z.array(spanLink),
  toolDefinitions: z.array(z.object({ name: z.string(), description: z.string().nullable(), parameters: z.unknown() })),
  toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.unknown(), type: z.string(), index: z.number() })),
  source: z.object({
    via: z.string(),
    sdkName: z.string().nullable(),
    sdkVersion: z.string().nullable(),
    scopeName: z.string().nullable(),
    scopeVersion: z.string().nullable(),
    serviceName: z.string().nullable(),
  }),
  ingestedAt: timestamp,
});
export type ObservationDetail = z.infer<typeof observationDetail>;
