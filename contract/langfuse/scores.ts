import { z } from 'zod';
import { deprecation, message, metaResponse, pageNumber, upTo } from './common.ts';
import { anything, givenTime, ours, published, sentAlways, timestamp, unlisted } from './published.ts';
import { route, routes } from './route.ts';

export const scoreSource = published('ScoreSource', z.enum(['ANNOTATION', 'API', 'EVAL']));
const scoreProject = ours(z.string(), 'In the older versions too, as version 3 has it.');
export const baseScoreV1 = published(
  'BaseScoreV1',
  z.strictObject({
    id: z.string(),
    traceId: z.string(),
    name: z.string(),
    source: scoreSource,
    observationId: z.string().nullish(),
    timestamp: timestamp,
    createdAt: timestamp,
    updatedAt: timestamp,
    authorUserId: z.string().nullable(),
    comment: z.string().nullable(),
    metadata: anything,
    configId: z.string().nullable(),
    queueId: z.string().nullable(),
    environment: z.string(),
    projectId: scoreProject,
    executionTraceId: sentAlways(z.string().nullable()),
  }),
);
export const numericScoreV1 = published(
  'NumericScoreV1',
  baseScoreV1.extend({ value: z.number(), stringValue: unlisted(z.null()) }),
);
export const booleanScoreV1 = published('BooleanScoreV1', baseScoreV1.extend({ value: z.number(), stringValue: z.string() }));
export const categoricalScoreV1 = published(
  'CategoricalScoreV1',
  baseScoreV1.extend({ value: z.number(), stringValue: z.string() }),
);
export const textScoreV1 = published('TextScoreV1', baseScoreV1.extend({ stringValue: z.string() }));
export const scoreV1 = published(
  'ScoreV1',
  z.discriminatedUnion('dataType', [
    numericScoreV1.extend({ dataType: z.literal('NUMERIC') }),
    categoricalScoreV1.extend({ dataType: z.literal('CATEGORICAL') }),
    booleanScoreV1.extend({ dataType: z.literal('BOOLEAN') }),
    textScoreV1.extend({ dataType: z.literal('TEXT') }),
  ]),
);
export const baseScore = published(
  'BaseScore',
  z.strictObject({
    id: z.string(),
    traceId: z.string().nullish(),
    sessionId: z.string().nullish(),
    observationId: z.string().nullish(),
    datasetRunId: z.string().nullish(),
    name: z.string(),
    source: scoreSource,
    timestamp: timestamp,
    createdAt: timestamp,
    updatedAt: timestamp,
    authorUserId: z.string().nullable(),
    comment: z.string().nullable(),
    metadata: anything,
    configId: z.string().nullable(),
    queueId: z.string().nullable(),
    environment: z.string(),
    projectId: scoreProject,
    executionTraceId: sentAlways(z.string().nullable()),
  }),
);
export const numericScore = published('NumericScore', baseScore.extend({ value: z.number(), stringValue: unlisted(z.null()) }));
export const booleanScore = published('BooleanScore', baseScore.extend({ value: z.number(), stringValue: z.string() }));
export const categoricalScore = published('CategoricalScore', baseScore.extend({ value: z.number(), stringValue: z.string() }));
export const correctionScore = published('CorrectionScore', baseScore.extend({ value: z.number(), stringValue: z.string() }));
export const textScore = published('TextScore', baseScore.extend({ stringValue: z.string() }));
export const score = published(
  'Score',
  z.discriminatedUnion('dataType', [
    numericScore.extend({ dataType: z.literal('NUMERIC'), _deprecation: deprecation.optional() }),
    categoricalScore.extend({ dataType: z.literal('CATEGORICAL'), _deprecation: deprecation.optional() }),
    booleanScore.extend({ dataType: z.literal('BOOLEAN'), _deprecation: deprecation.optional() }),
    correctionScore.extend({ dataType: z.literal('CORRECTION'), _deprecation: deprecation.optional() }),
    textScore.extend({ dataType: z.literal('TEXT'), _deprecation: deprecation.optional() }),
  ]),
);
export const createScoreValue = published('CreateScoreValue', z.union([z.number(), z.string()]));
export const scoreDataType = published('ScoreDataType', z.enum(['NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'CORRECTION', 'TEXT']));
export const scoreSubjectTraceV3 = published('ScoreSubjectTraceV3', z.strictObject({ id: z.string() }));
export const scoreSubjectObservationV3 = published(
  'ScoreSubjectObservationV3',
  z.strictObject({ id: z.string(), traceId: z.string().nullish() }),
);
export const scoreSubjectSessionV3 = published('ScoreSubjectSessionV3', z.strictObject({ id: z.string() }));
export const scoreSubjectExperimentV3 = published('ScoreSubjectExperimentV3', z.strictObject({ id: z.string() }));
export const scoreSubjectV3 = published(
  'ScoreSubjectV3',
  z.discriminatedUnion('kind', [
    scoreSubjectTraceV3.extend({ kind: z.literal('trace') }),
    scoreSubjectObservationV3.extend({ kind: z.literal('observation') }),
    scoreSubjectSessionV3.extend({ kind: z.literal('session') }),
    scoreSubjectExperimentV3.extend({ kind: z.literal('experiment') }),
  ]),
);
export const baseScoreV3 = published(
  'BaseScoreV3',
  z.strictObject({
    id: z.string(),
    projectId: z.string(),
    name: z.string(),
    source: scoreSource,
    timestamp: timestamp,
    environment: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    comment: z.string().nullish(),
    configId: z.string().nullish(),
    metadata: z.record(z.string(), anything).nullish(),
    authorUserId: z.string().nullish(),
    queueId: z.string().nullish(),
    subject: scoreSubjectV3.optional(),
  }),
);
export const numericScoreV3 = published('NumericScoreV3', baseScoreV3.extend({ value: z.number() }));
export const booleanScoreV3 = published('BooleanScoreV3', baseScoreV3.extend({ value: z.boolean() }));
export const categoricalScoreV3 = published('CategoricalScoreV3', baseScoreV3.extend({ value: z.string() }));
export const textScoreV3 = published('TextScoreV3', baseScoreV3.extend({ value: z.string() }));
export const correctionScoreV3 = published('CorrectionScoreV3', baseScoreV3.extend({ value: z.string() }));
export const scoreV3 = published(
  'ScoreV3',
  z.discriminatedUnion('dataType', [
    numericScoreV3.extend({ dataType: z.literal('NUMERIC') }),
    booleanScoreV3.extend({ dataType: z.literal('BOOLEAN') }),
    categoricalScoreV3.extend({ dataType: z.literal('CATEGORICAL') }),
    textScoreV3.extend({ dataType: z.literal('TEXT') }),
    correctionScoreV3.extend({ dataType: z.literal('CORRECTION') }),
  ]),
);
export const getScoresV3Meta = published('GetScoresV3Meta', z.strictObject({ limit: z.int(), cursor: z.string().nullish() }));
export const getScoresV3Response = published(
  'GetScoresV3Response',
  z.strictObject({ data: z.array(scoreV3), meta: getScoresV3Meta }),
);
export const createScoreSource = published('CreateScoreSource', z.enum(['API', 'ANNOTATION']));
export const createScoreRequest = published(
  'CreateScoreRequest',
  z.object({
    id: z.string().nullish(),
    traceId: z.string().nullish(),
    sessionId: z.string().nullish(),
    observationId: z.string().nullish(),
    datasetRunId: z.string().nullish(),
    name: z.string(),
    value: createScoreValue,
    comment: z.string().nullish(),
    metadata: z.record(z.string(), anything).nullish(),
    environment: z.string().nullish(),
    queueId: z.string().nullish(),
    dataType: scoreDataType.optional(),
    configId: z.string().nullish(),
    source: createScoreSource.optional(),
  }),
);
export const createScoreResponse = published('CreateScoreResponse', z.strictObject({ id: z.string() }));
export const getScoresResponseTraceData = published(
  'GetScoresResponseTraceData',
  z.strictObject({
    userId: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    environment: z.string().nullish(),
    sessionId: z.string().nullish(),
  }),
);
export const getScoresResponseDataNumeric = published(
  'GetScoresResponseDataNumeric',
  numericScore.extend({ trace: getScoresResponseTraceData.nullish() }),
);
export const getScoresResponseDataCategorical = published(
  'GetScoresResponseDataCategorical',
  categoricalScore.extend({ trace: getScoresResponseTraceData.nullish() }),
);
export const getScoresResponseDataBoolean = published(
  'GetScoresResponseDataBoolean',
  booleanScore.extend({ trace: getScoresResponseTraceData.nullish() }),
);
export const getScoresResponseDataCorrection = published(
  'GetScoresResponseDataCorrection',
  correctionScore.extend({ trace: getScoresResponseTraceData.nullish() }),
);
export const getScoresResponseDataText = published(
  'GetScoresResponseDataText',
  textScore.extend({ trace: getScoresResponseTraceData.nullish() }),
);
export const getScoresResponseData = published(
  'GetScoresResponseData',
  z.discriminatedUnion('dataType', [
    getScoresResponseDataNumeric.extend({ dataType: z.literal('NUMERIC') }),
    getScoresResponseDataCategorical.extend({ dataType: z.literal('CATEGORICAL') }),
    getScoresResponseDataBoolean.extend({ dataType: z.literal('BOOLEAN') }),
    getScoresResponseDataCorrection.extend({ dataType: z.literal('CORRECTION') }),
    getScoresResponseDataText.extend({ dataType: z.literal('TEXT') }),
  ]),
);
export const getScoresResponse = published(
  'GetScoresResponse',
  z.strictObject({ data: z.array(getScoresResponseData), meta: metaResponse, _deprecation: deprecation.optional() }),
);

/** Scores of before version 2 (contract §1.5): linked to traces only; a list adds facts of the trace. */
const traceOfScoreV1 = unlisted(
  z
    .strictObject({ userId: z.string().nullable(), tags: z.array(z.string()).nullable(), environment: z.string().nullable() })
    .nullable(),
);
const listedScoreV1 = z.discriminatedUnion('dataType', [
  numericScoreV1.extend({ dataType: z.literal('NUMERIC'), trace: traceOfScoreV1 }),
  categoricalScoreV1.extend({ dataType: z.literal('CATEGORICAL'), trace: traceOfScoreV1 }),
  booleanScoreV1.extend({ dataType: z.literal('BOOLEAN'), trace: traceOfScoreV1 }),
  textScoreV1.extend({ dataType: z.literal('TEXT'), trace: traceOfScoreV1 }),
]);

/** A list of scores, as the Python SDK sends them from version 5 on: 202 when all are taken, else 207 with what was refused. */
const takenScores = z.strictObject({ accepted: z.int(), rejected: z.int(), errors: z.array(message) });

export const scoresRoutes = routes('Scores', [
  route('createScore', 'POST', {
    path: '/scores',
    auth: 'projectOrPublicKey',
    body: z.union([createScoreRequest, z.array(createScoreRequest)]),
    answers: { 200: createScoreResponse, 202: message, 207: takenScores },
  }),
  route('listScoresV2', 'GET', {
    path: '/v2/scores',
    auth: 'project',
    deprecated: true,
    query: z.object({
      page: pageNumber,
      limit: upTo(100),
      userId: z.string().optional(),
      name: z.string().optional(),
      fromTimestamp: givenTime.optional(),
      toTimestamp: givenTime.optional(),
      environment: z.array(z.string()).optional(),
      source: scoreSource.optional(),
      operator: z.string().optional(),
      value: z.number().optional(),
      scoreIds: z.string().optional(),
      configId: z.string().optional(),
      sessionId: z.string().optional(),
      datasetRunId: z.string().optional(),
      traceId: z.string().optional(),
      observationId: z.string().optional(),
      queueId: z.string().optional(),
      dataType: scoreDataType.optional(),
      traceTags: z.array(z.string()).optional(),
      fields: z.string().optional(),
      filter: z.string().optional(),
    }),
    answers: { 200: getScoresResponse },
  }),
  route('getScoreV2', 'GET', { path: '/v2/scores/{scoreId}', auth: 'project', deprecated: true, answers: { 200: score } }),
  route('deleteScore', 'DELETE', { path: '/scores/{scoreId}', auth: 'project', answers: { 202: message } }),
  route('listScores', 'GET', {
    path: '/v3/scores',
    auth: 'project',
    query: z.object({
      limit: upTo(100),
      cursor: z.string().optional(),
      fields: z.string().optional(),
      id: z.string().optional(),
      name: z.string().optional(),
      source: z.string().optional(),
      dataType: z.string().optional(),
      environment: z.string().optional(),
      configId: z.string().optional(),
      queueId: z.string().optional(),
      authorUserId: z.string().optional(),
      value: z.string().optional(),
      valueMin: z.number().optional(),
      valueMax: z.number().optional(),
      traceId: z.string().optional(),
      sessionId: z.string().optional(),
      observationId: z.string().optional(),
      experimentId: z.string().optional(),
      fromTimestamp: givenTime.optional(),
      toTimestamp: givenTime.optional(),
    }),
    answers: { 200: getScoresV3Response },
  }),
  route('listScoresV1', 'GET', {
    path: '/scores',
    auth: 'project',
    listed: false,
    deprecated: true,
    query: z.object({
      page: pageNumber,
      limit: upTo(100),
      userId: z.string().optional(),
      name: z.string().optional(),
    }),
    answers: { 200: z.strictObject({ data: z.array(listedScoreV1), meta: metaResponse }) },
  }),
  route('getScoreV1', 'GET', {
    path: '/scores/{scoreId}',
    auth: 'project',
    listed: false,
    deprecated: true,
    answers: { 200: scoreV1 },
  }),
]);
