import { z } from 'zod';
import { mapValue, message } from './common.ts';
import { observationLevel, observationType, usage } from './observations.ts';
import { anything, givenTime, published } from './published.ts';
import { route, routes } from './route.ts';
import { createScoreValue, scoreDataType } from './scores.ts';

export const traceBody = published(
  'TraceBody',
  z.object({
    id: z.string().nullish(),
    timestamp: givenTime.nullish(),
    name: z.string().nullish(),
    userId: z.string().nullish(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    sessionId: z.string().nullish(),
    release: z.string().nullish(),
    version: z.string().nullish(),
    metadata: z.unknown().optional(),
    tags: z.array(z.string()).nullish(),
    environment: z.string().nullish(),
    public: z.boolean().nullish(),
  }),
);
export const baseEvent = published(
  'BaseEvent',
  z.object({ id: z.string(), timestamp: z.string(), metadata: z.unknown().optional() }),
);
export const traceEvent = published('TraceEvent', baseEvent.extend({ body: traceBody }));
export const observationBody = published(
  'ObservationBody',
  z.object({
    id: z.string().nullish(),
    traceId: z.string().nullish(),
    type: observationType,
    name: z.string().nullish(),
    startTime: givenTime.nullish(),
    endTime: givenTime.nullish(),
    completionStartTime: givenTime.nullish(),
    model: z.string().nullish(),
    modelParameters: z.record(z.string(), mapValue).nullish(),
    input: z.unknown().optional(),
    version: z.string().nullish(),
    metadata: z.unknown().optional(),
    output: z.unknown().optional(),
    usage: usage.optional(),
    level: observationLevel.optional(),
    statusMessage: z.string().nullish(),
    parentObservationId: z.string().nullish(),
    environment: z.string().nullish(),
  }),
);
export const createObservationEvent = published('CreateObservationEvent', baseEvent.extend({ body: observationBody }));
export const updateObservationEvent = published('UpdateObservationEvent', baseEvent.extend({ body: observationBody }));
export const scoreBody = published(
  'ScoreBody',
  z.object({
    id: z.string().nullish(),
    traceId: z.string().nullish(),
    sessionId: z.string().nullish(),
    observationId: z.string().nullish(),
    datasetRunId: z.string().nullish(),
    name: z.string(),
    environment: z.string().nullish(),
    queueId: z.string().nullish(),
    value: createScoreValue,
    comment: z.string().nullish(),
    metadata: z.unknown().optional(),
    dataType: scoreDataType.optional(),
    configId: z.string().nullish(),
  }),
);
export const scoreEvent = published('ScoreEvent', baseEvent.extend({ body: scoreBody }));
export const sdkLogBody = published('SDKLogBody', z.object({ log: anything }));
export const sdkLogEvent = published('SDKLogEvent', baseEvent.extend({ body: sdkLogBody }));
export const openAiUsage = published(
  'OpenAIUsage',
  z.object({ promptTokens: z.int().nullish(), completionTokens: z.int().nullish(), totalTokens: z.int().nullish() }),
);
export const ingestionUsage = published('IngestionUsage', z.union([usage, openAiUsage]));
export const optionalObservationBody = published(
  'OptionalObservationBody',
  z.object({
    traceId: z.string().nullish(),
    name: z.string().nullish(),
    startTime: givenTime.nullish(),
    metadata: z.unknown().optional(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    level: observationLevel.optional(),
    statusMessage: z.string().nullish(),
    parentObservationId: z.string().nullish(),
    version: z.string().nullish(),
    environment: z.string().nullish(),
  }),
);
export const createEventBody = published('CreateEventBody', optionalObservationBody.extend({ id: z.string().nullish() }));
export const createSpanBody = published('CreateSpanBody', createEventBody.extend({ endTime: givenTime.nullish() }));
export const openAiCompletionUsage = published(
  'OpenAICompletionUsageSchema',
  z.object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
    prompt_tokens_details: z.record(z.string(), z.int().nullable()).nullish(),
    completion_tokens_details: z.record(z.string(), z.int().nullable()).nullish(),
  }),
);
export const openAiResponseUsage = published(
  'OpenAIResponseUsageSchema',
  z.object({
    input_tokens: z.int(),
    output_tokens: z.int(),
    total_tokens: z.int(),
    input_tokens_details: z.record(z.string(), z.int().nullable()).nullish(),
    output_tokens_details: z.record(z.string(), z.int().nullable()).nullish(),
  }),
);
export const usageDetails = published(
  'UsageDetails',
  z.union([z.record(z.string(), z.int()), openAiCompletionUsage, openAiResponseUsage]),
);
export const createGenerationBody = published(
  'CreateGenerationBody',
  createSpanBody.extend({
    completionStartTime: givenTime.nullish(),
    model: z.string().nullish(),
    modelParameters: z.record(z.string(), mapValue).nullish(),
    usage: ingestionUsage.optional(),
    usageDetails: usageDetails.optional(),
    costDetails: z.record(z.string(), z.number()).nullish(),
    promptName: z.string().nullish(),
    promptVersion: z.int().nullish(),
  }),
);
export const createGenerationEvent = published('CreateGenerationEvent', baseEvent.extend({ body: createGenerationBody }));
export const updateEventBody = published('UpdateEventBody', optionalObservationBody.extend({ id: z.string() }));
export const updateSpanBody = published('UpdateSpanBody', updateEventBody.extend({ endTime: givenTime.nullish() }));
export const updateGenerationBody = published(
  'UpdateGenerationBody',
  updateSpanBody.extend({
    completionStartTime: givenTime.nullish(),
    model: z.string().nullish(),
    modelParameters: z.record(z.string(), mapValue).nullish(),
    usage: ingestionUsage.optional(),
    promptName: z.string().nullish(),
    usageDetails: usageDetails.optional(),
    costDetails: z.record(z.string(), z.number()).nullish(),
    promptVersion: z.int().nullish(),
  }),
);
export const updateGenerationEvent = published('UpdateGenerationEvent', baseEvent.extend({ body: updateGenerationBody }));
export const createSpanEvent = published('CreateSpanEvent', baseEvent.extend({ body: createSpanBody }));
export const updateSpanEvent = published('UpdateSpanEvent', baseEvent.extend({ body: updateSpanBody }));
export const createEventEvent = published('CreateEventEvent', baseEvent.extend({ body: createEventBody }));
export const ingestionEvent = published(
  'IngestionEvent',
  z.discriminatedUnion('type', [
    traceEvent.extend({ type: z.literal('trace-create') }),
    scoreEvent.extend({ type: z.literal('score-create') }),
    createSpanEvent.extend({ type: z.literal('span-create') }),
    updateSpanEvent.extend({ type: z.literal('span-update') }),
    createGenerationEvent.extend({ type: z.literal('generation-create') }),
    updateGenerationEvent.extend({ type: z.literal('generation-update') }),
    createEventEvent.extend({ type: z.literal('event-create') }),
    sdkLogEvent.extend({ type: z.literal('sdk-log') }),
    createObservationEvent.extend({ type: z.literal('observation-create') }),
    updateObservationEvent.extend({ type: z.literal('observation-update') }),
  ]),
);
export const ingestionSuccess = published(
  'IngestionSuccess',
  /** `message` is ours: what of the event does not count. */
  z.strictObject({ id: z.string(), status: z.int(), message: z.string().optional() }),
);
export const ingestionError = published(
  'IngestionError',
  z.strictObject({ id: z.string(), status: z.int(), message: z.string().nullish(), error: z.unknown().optional() }),
);
export const ingestionResponse = published(
  'IngestionResponse',
  z.strictObject({ successes: z.array(ingestionSuccess), errors: z.array(ingestionError) }),
);

/** What an OTLP export says of what it did not take (contract §3.1); `{}` when it took everything. */
const otlpAnswerOf = (rejected: string) =>
  z.strictObject({
    partialSuccess: z
      .strictObject({ [rejected]: z.union([z.string(), z.int()]), errorMessage: z.string() })
      .partial()
      .optional(),
  });
/** An old single write answers the id of what was written (contract §1.20). */
const written = z.strictObject({ id: z.string() });

export const ingestionRoutes = routes('Ingestion', [
  route('ingestBatch', 'POST', {
    path: '/ingestion',
    auth: 'projectOrPublicKey',
    errors: 'named',
    deprecated: true,
    body: z.object({ batch: z.array(ingestionEvent), metadata: z.unknown().optional() }),
    answers: { 207: ingestionResponse },
    refused: z.strictObject({ message: z.string(), errors: anything }),
  }),
  route('exportOtlpTraces', 'POST', {
    path: '/otel/v1/traces',
    auth: 'project',
    body: anything,
    answers: { 200: otlpAnswerOf('rejectedSpans') },
  }),
  route('exportOtlpLogs', 'POST', {
    path: '/otel/v1/logs',
    auth: 'project',
    listed: false,
    body: anything,
    answers: { 200: otlpAnswerOf('rejectedLogRecords') },
  }),
  route('discardOtlpMetrics', 'POST', {
    path: '/otel/v1/metrics',
    auth: 'project',
    listed: false,
    answers: { 200: z.union([message, otlpAnswerOf('rejectedDataPoints')]) },
  }),
  route('writeTrace', 'POST', {
    path: '/traces',
    auth: 'project',
    listed: false,
    deprecated: true,
    body: traceBody,
    answers: { 200: written },
  }),
  route('writeSpan', 'POST', {
    path: '/spans',
    auth: 'project',
    listed: false,
    deprecated: true,
    body: createSpanBody,
    answers: { 200: written },
  }),
  route('updateSpan', 'PATCH', {
    path: '/spans',
    auth: 'project',
    listed: false,
    deprecated: true,
    body: optionalObservationBody.extend({ spanId: z.string(), endTime: givenTime.nullish() }),
    answers: { 200: written },
  }),
  route('writeGeneration', 'POST', {
    path: '/generations',
    auth: 'project',
    listed: false,
    deprecated: true,
    body: createGenerationBody,
    answers: { 200: written },
  }),
  route('updateGeneration', 'PATCH', {
    path: '/generations',
    auth: 'project',
    listed: false,
    deprecated: true,
    body: updateGenerationBody.omit({ id: true }).extend({ generationId: z.string() }),
    answers: { 200: written },
  }),
  route('writeEvent', 'POST', {
    path: '/events',
    auth: 'project',
    listed: false,
    deprecated: true,
    body: createEventBody,
    answers: { 200: written },
  }),
]);
