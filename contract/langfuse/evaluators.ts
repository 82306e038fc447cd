import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import { published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const unstableEvaluatorType = published('UnstableEvaluatorType', z.enum(['llm_as_judge', 'code']));
export const unstableCodeEvaluatorSourceCodeLanguage = published(
  'UnstableCodeEvaluatorSourceCodeLanguage',
  z.enum(['PYTHON', 'TYPESCRIPT']),
);
export const unstableEvaluationRuleMappingSource = published(
  'UnstableEvaluationRuleMappingSource',
  z.enum(['input', 'output', 'metadata', 'tool_calls', 'expected_output', 'experiment_item_metadata']),
);
export const unstableEvaluatorModelConfig = published(
  'UnstableEvaluatorModelConfig',
  z.strictObject({ provider: z.string(), model: z.string() }),
);
export const unstableEvaluatorOutputDataType = published(
  'UnstableEvaluatorOutputDataType',
  z.enum(['NUMERIC', 'BOOLEAN', 'CATEGORICAL']),
);
export const unstableEvaluatorOutputFieldDefinition = published(
  'UnstableEvaluatorOutputFieldDefinition',
  z.strictObject({ description: z.string() }),
);
export const unstablePublicNumericEvaluatorOutputScoreDefinition = published(
  'UnstablePublicNumericEvaluatorOutputScoreDefinition',
  z.strictObject({ description: z.string(), minValue: z.number().nullish(), maxValue: z.number().nullish() }),
);
export const unstablePublicNumericEvaluatorOutputDefinition = published(
  'UnstablePublicNumericEvaluatorOutputDefinition',
  z.strictObject({
    dataType: unstableEvaluatorOutputDataType,
    reasoning: unstableEvaluatorOutputFieldDefinition,
    score: unstablePublicNumericEvaluatorOutputScoreDefinition,
  }),
);
export const unstablePublicBooleanEvaluatorOutputDefinition = published(
  'UnstablePublicBooleanEvaluatorOutputDefinition',
  z.strictObject({
    dataType: unstableEvaluatorOutputDataType,
    reasoning: unstableEvaluatorOutputFieldDefinition,
    score: unstableEvaluatorOutputFieldDefinition,
  }),
);
export const unstablePublicCategoricalEvaluatorOutputScoreDefinition = published(
  'UnstablePublicCategoricalEvaluatorOutputScoreDefinition',
  z.strictObject({ description: z.string(), categories: z.array(z.string()), shouldAllowMultipleMatches: z.boolean() }),
);
export const unstablePublicCategoricalEvaluatorOutputDefinition = published(
  'UnstablePublicCategoricalEvaluatorOutputDefinition',
  z.strictObject({
    dataType: unstableEvaluatorOutputDataType,
    reasoning: unstableEvaluatorOutputFieldDefinition,
    score: unstablePublicCategoricalEvaluatorOutputScoreDefinition,
  }),
);
export const unstableEvaluatorOutputDefinition = published(
  'UnstableEvaluatorOutputDefinition',
  z.discriminatedUnion('dataType', [
    unstablePublicNumericEvaluatorOutputDefinition.extend({ dataType: z.literal('NUMERIC') }),
    unstablePublicBooleanEvaluatorOutputDefinition.extend({ dataType: z.literal('BOOLEAN') }),
    unstablePublicCategoricalEvaluatorOutputDefinition.extend({ dataType: z.literal('CATEGORICAL') }),
  ]),
);
export const unstablePublicEvaluatorOutputDefinition = published(
  'UnstablePublicEvaluatorOutputDefinition',
  z.discriminatedUnion('dataType', [
    unstablePublicNumericEvaluatorOutputDefinition.extend({ dataType: z.literal('NUMERIC') }),
    unstablePublicBooleanEvaluatorOutputDefinition.extend({ dataType: z.literal('BOOLEAN') }),
    unstablePublicCategoricalEvaluatorOutputDefinition.extend({ dataType: z.literal('CATEGORICAL') }),
  ]),
);
export const unstableEvaluationRuleMapping = published(
  'UnstableEvaluationRuleMapping',
  z.object({ variable: z.string(), source: unstableEvaluationRuleMappingSource, jsonPath: z.string().nullish() }),
);
export const unstableEvaluationRuleReadMapping = published(
  'UnstableEvaluationRuleReadMapping',
  z.strictObject({ variable: z.string(), source: unstableEvaluationRuleMappingSource, jsonPath: z.string().nullish() }),
);
export const unstableLlmAsJudgeEvaluatorType = published('UnstableLlmAsJudgeEvaluatorType', z.literal('llm_as_judge'));
export const unstableDeleteEvaluatorResponse = published(
  'UnstableDeleteEvaluatorResponse',
  z.strictObject({ message: z.string() }),
);
/** Named by an older specification only, and still required by Python's SDK of version 4 (contract §8.21). */
export const neededByPython = z.literal('project').describe("Always `project`; Python's SDK requires it.");
export const unstableEvaluatorBase = published(
  'UnstableEvaluatorBase',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    version: z.int(),
    variables: z.array(z.string()),
    mapping: z.array(unstableEvaluationRuleReadMapping).nullable(),
    evaluationRuleCount: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
    scope: neededByPython,
  }),
);
export const unstableLlmAsJudgeEvaluator = published(
  'UnstableLlmAsJudgeEvaluator',
  unstableEvaluatorBase.extend({
    prompt: z.string(),
    outputDefinition: unstablePublicEvaluatorOutputDefinition,
    modelConfig: unstableEvaluatorModelConfig.nullable(),
  }),
);
export const unstableCodeEvaluator = published(
  'UnstableCodeEvaluator',
  unstableEvaluatorBase.extend({ sourceCode: z.string(), sourceCodeLanguage: unstableCodeEvaluatorSourceCodeLanguage }),
);
export const unstableEvaluator = published(
  'UnstableEvaluator',
  z.discriminatedUnion('type', [
    unstableLlmAsJudgeEvaluator.extend({ type: z.literal('llm_as_judge') }),
    unstableCodeEvaluator.extend({ type: z.literal('code') }),
  ]),
);
export const unstableEvaluators = published(
  'UnstableEvaluators',
  z.strictObject({ data: z.array(unstableEvaluator), meta: metaResponse }),
);
export const unstableCreateLlmAsJudgeEvaluatorRequest = published(
  'UnstableCreateLlmAsJudgeEvaluatorRequest',
  z.object({
    name: z.string(),
    prompt: z.string(),
    outputDefinition: unstableEvaluatorOutputDefinition,
    modelConfig: unstableEvaluatorModelConfig.optional(),
    mapping: z.array(unstableEvaluationRuleMapping).nullish(),
  }),
);
export const unstableCreateCodeEvaluatorRequest = published(
  'UnstableCreateCodeEvaluatorRequest',
  z.object({ name: z.string(), sourceCode: z.string(), sourceCodeLanguage: unstableCodeEvaluatorSourceCodeLanguage }),
);
export const unstableCreateEvaluatorRequest = published(
  'UnstableCreateEvaluatorRequest',
  z.discriminatedUnion('type', [
    unstableCreateLlmAsJudgeEvaluatorRequest.extend({ type: z.literal('llm_as_judge') }),
    unstableCreateCodeEvaluatorRequest.extend({ type: z.literal('code') }),
  ]),
);

export const evaluatorsRoutes = routes('Evaluators', [
  route('createEvaluator', 'POST', {
    path: '/unstable/evaluators',
    auth: 'project',
    errors: 'unstable',
    body: unstableCreateEvaluatorRequest,
    answers: { 200: unstableEvaluator },
  }),
  route('listEvaluators', 'GET', {
    path: '/unstable/evaluators',
    auth: 'project',
    errors: 'unstable',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: unstableEvaluators },
  }),
  route('getEvaluator', 'GET', {
    path: '/unstable/evaluators/{evaluatorId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableEvaluator },
  }),
  route('deleteEvaluator', 'DELETE', {
    path: '/unstable/evaluators/{evaluatorId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableDeleteEvaluatorResponse },
  }),
]);
