import { z } from 'zod';
import { upTo } from './common.ts';
import { published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

/* The second version of evaluators, which the SDKs from 4.18 for Python and 5.11 for JavaScript ask; shapes as those SDKs read them. */

export const evaluatorType = published('EvaluatorType', z.enum(['llm_as_judge', 'code']));
export const codeEvaluatorSourceCodeLanguage = published('CodeEvaluatorSourceCodeLanguage', z.enum(['PYTHON', 'TYPESCRIPT']));
export const promptVariableMappingSource = published(
  'PromptVariableMappingSource',
  z.enum(['input', 'output', 'metadata', 'tool_calls', 'expected_output', 'experiment_item_metadata']),
);
export const promptVariableMappingInput = published(
  'PromptVariableMappingInput',
  z.object({ variable: z.string(), source: promptVariableMappingSource, jsonPath: z.string().nullish() }),
);
export const promptVariableMappingRead = published(
  'PromptVariableMappingRead',
  z.strictObject({ variable: z.string(), source: z.string().nullable(), jsonPath: z.string().optional() }),
);
export const evaluatorModelConfig = published(
  'EvaluatorModelConfig',
  z.strictObject({ provider: z.string(), model: z.string() }),
);

const instructions = {
  scoreReasoningInstructions: z.string().optional(),
  scoreValueInstructions: z.string().optional(),
};
const range = { minValue: z.number().optional(), maxValue: z.number().optional() };
const choice = { categories: z.array(z.string()), shouldAllowMultipleMatches: z.boolean() };
export const publicEvaluatorOutputDefinition = published(
  'PublicEvaluatorOutputDefinition',
  z.discriminatedUnion('dataType', [
    z.strictObject({ dataType: z.literal('NUMERIC'), ...range, ...instructions }),
    z.strictObject({ dataType: z.literal('BOOLEAN'), ...instructions }),
    z.strictObject({ dataType: z.literal('CATEGORICAL'), ...choice, ...instructions }),
  ]),
);
const givenInstructions = {
  scoreReasoningInstructions: z.string().nullish(),
  scoreValueInstructions: z.string().nullish(),
};
const givenRange = { minValue: z.number().nullish(), maxValue: z.number().nullish() };
export const evaluatorOutputDefinition = published(
  'EvaluatorOutputDefinition',
  z.discriminatedUnion('dataType', [
    z.object({ dataType: z.literal('NUMERIC'), ...givenRange, ...givenInstructions }),
    z.object({ dataType: z.literal('BOOLEAN'), ...givenInstructions }),
    z.object({ dataType: z.literal('CATEGORICAL'), ...choice, ...givenInstructions }),
  ]),
);
export const evaluatorChatMessage = published(
  'EvaluatorChatMessage',
  z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }),
);
export const creator = published('Creator', z.strictObject({ id: z.string(), name: z.string().nullable() }));
export const cursorMeta = published('CursorMeta', z.strictObject({ cursor: z.string().optional() }));
export const evaluationRuleAssignment = published(
  'EvaluationRuleAssignment',
  z.strictObject({
    evaluationRuleId: z.string(),
    variableMappingOverride: z.array(promptVariableMappingRead).optional(),
  }),
);

const judge = {
  type: z.literal('llm_as_judge'),
  prompt: z.array(evaluatorChatMessage),
  variables: z.array(z.string()),
  variableMapping: z.array(promptVariableMappingRead).nullable(),
  modelConfig: evaluatorModelConfig.nullable(),
  outputDefinition: publicEvaluatorOutputDefinition,
};
const code = {
  type: z.literal('code'),
  sourceCode: z.string(),
  sourceCodeLanguage: codeEvaluatorSourceCodeLanguage,
};
const evaluatorBase = {
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  createdBy: creator.nullable(),
  status: published('EvaluatorStatus', z.enum(['active', 'paused'])),
  pausedAt: timestamp.nullable(),
  pausedReason: z.string().nullable(),
  pausedMessage: z.string().nullable(),
  evaluationRuleAssignments: z.array(evaluationRuleAssignment),
  createdAt: timestamp,
  updatedAt: timestamp,
  versionId: z.string(),
  version: z.int(),
  versionCreatedAt: timestamp,
  versionCreatedBy: creator.nullable(),
};
export const evaluator = published(
  'Evaluator',
  z.discriminatedUnion('type', [
    published('LlmAsJudgeEvaluator', z.strictObject({ ...evaluatorBase, ...judge })),
    published('CodeEvaluator', z.strictObject({ ...evaluatorBase, ...code })),
  ]),
);
export const evaluatorsPage = published('EvaluatorsPage', z.strictObject({ data: z.array(evaluator), meta: cursorMeta }));

const versionBase = { id: z.string(), version: z.int(), createdAt: timestamp, createdBy: creator.nullable() };
export const evaluatorVersion = published(
  'EvaluatorVersion',
  z.discriminatedUnion('type', [
    published('LlmAsJudgeEvaluatorVersion', z.strictObject({ ...versionBase, ...judge })),
    published('CodeEvaluatorVersion', z.strictObject({ ...versionBase, ...code })),
  ]),
);
export const evaluatorVersionsPage = published(
  'EvaluatorVersionsPage',
  z.strictObject({ data: z.array(evaluatorVersion), meta: cursorMeta }),
);
export const deletedEvaluator = published('DeletedEvaluator', z.strictObject({ id: z.string() }));

const about = { name: z.string(), description: z.string().nullish() };
const judgeInput = {
  type: z.literal('llm_as_judge'),
  prompt: z.union([z.string(), z.array(evaluatorChatMessage)]),
  modelConfig: evaluatorModelConfig.nullish(),
  variableMapping: z.array(promptVariableMappingInput).nullish(),
  outputDefinition: evaluatorOutputDefinition,
};
export const createEvaluatorRequest = published(
  'CreateEvaluatorRequest',
  z.discriminatedUnion('type', [
    published('CreateLlmAsJudgeEvaluatorRequest', z.object({ ...about, ...judgeInput })),
    published('CreateCodeEvaluatorRequest', z.object({ ...about, ...code })),
  ]),
);
const changed = { ...about, name: z.string().optional() };
export const updateEvaluatorRequest = published(
  'UpdateEvaluatorRequest',
  z.union([
    published('UpdateLlmAsJudgeEvaluatorRequest', z.object({ ...changed, ...judgeInput })),
    published('UpdateCodeEvaluatorRequest', z.object({ ...changed, ...code })),
    published('UpdateEvaluatorMetadataRequest', z.object(changed)),
  ]),
);

/** Pages by cursor: 50 unless told, 100 at most. */
export const cursorQuery = z.object({ limit: upTo(100), cursor: z.string().optional() });

const all = { path: '/v2/evaluators', auth: 'project', errors: 'evaluation' } as const;
const one = { ...all, path: '/v2/evaluators/{evaluatorId}' } as const;

export const evaluatorsV2Routes = routes('Evaluators', [
  route('createEvaluatorV2', 'POST', { ...all, body: createEvaluatorRequest, answers: { 201: evaluator } }),
  route('listEvaluatorsV2', 'GET', { ...all, query: cursorQuery, answers: { 200: evaluatorsPage } }),
  route('getEvaluatorV2', 'GET', { ...one, answers: { 200: evaluator } }),
  route('updateEvaluatorV2', 'PATCH', { ...one, body: updateEvaluatorRequest, answers: { 200: evaluator } }),
  route('deleteEvaluatorV2', 'DELETE', { ...one, answers: { 200: deletedEvaluator } }),
  route('listEvaluatorVersionsV2', 'GET', {
    ...one,
    path: '/v2/evaluators/{evaluatorId}/versions',
    query: cursorQuery,
    answers: { 200: evaluatorVersionsPage },
  }),
]);
