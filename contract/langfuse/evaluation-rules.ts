import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import {
  neededByPython,
  unstableEvaluationRuleMapping,
  unstableEvaluationRuleReadMapping,
  unstableEvaluatorType,
  unstableLlmAsJudgeEvaluatorType,
} from './evaluators.ts';
import { published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const unstableEvaluationRuleTarget = published('UnstableEvaluationRuleTarget', z.enum(['observation', 'experiment']));
export const unstableEvaluationRuleStatus = published('UnstableEvaluationRuleStatus', z.enum(['active', 'inactive', 'paused']));
export const unstableEvaluationRuleStringFilterOperator = published(
  'UnstableEvaluationRuleStringFilterOperator',
  z.enum(['=', 'contains', 'does not contain', 'starts with', 'ends with']),
);
export const unstableEvaluationRuleNumberFilterOperator = published(
  'UnstableEvaluationRuleNumberFilterOperator',
  z.enum(['=', '>', '<', '>=', '<=']),
);
export const unstableEvaluationRuleOptionsFilterOperator = published(
  'UnstableEvaluationRuleOptionsFilterOperator',
  z.enum(['any of', 'none of']),
);
export const unstableEvaluationRuleArrayOptionsFilterOperator = published(
  'UnstableEvaluationRuleArrayOptionsFilterOperator',
  z.enum(['any of', 'none of', 'all of']),
);
export const unstableEvaluationRuleBooleanFilterOperator = published(
  'UnstableEvaluationRuleBooleanFilterOperator',
  z.enum(['=', '<>']),
);
export const unstableEvaluationRuleNullFilterOperator = published(
  'UnstableEvaluationRuleNullFilterOperator',
  z.enum(['is null', 'is not null']),
);
export const unstableDateTimeEvaluationRuleFilter = published(
  'UnstableDateTimeEvaluationRuleFilter',
  z.strictObject({ column: z.string(), operator: unstableEvaluationRuleNumberFilterOperator, value: timestamp }),
);
export const unstableStringEvaluationRuleFilter = published(
  'UnstableStringEvaluationRuleFilter',
  z.strictObject({ column: z.string(), operator: unstableEvaluationRuleStringFilterOperator, value: z.string() }),
);
export const unstableNumberEvaluationRuleFilter = published(
  'UnstableNumberEvaluationRuleFilter',
  z.strictObject({ column: z.string(), operator: unstableEvaluationRuleNumberFilterOperator, value: z.number() }),
);
export const unstableStringOptionsEvaluationRuleFilter = published(
  'UnstableStringOptionsEvaluationRuleFilter',
  z.strictObject({ column: z.string(), operator: unstableEvaluationRuleOptionsFilterOperator, value: z.array(z.string()) }),
);
export const unstableArrayOptionsEvaluationRuleFilter = published(
  'UnstableArrayOptionsEvaluationRuleFilter',
  z.strictObject({ column: z.string(), operator: unstableEvaluationRuleArrayOptionsFilterOperator, value: z.array(z.string()) }),
);
export const unstableStringObjectEvaluationRuleFilter = published(
  'UnstableStringObjectEvaluationRuleFilter',
  z.strictObject({
    column: z.string(),
    key: z.string(),
    operator: unstableEvaluationRuleStringFilterOperator,
    value: z.string(),
  }),
);
export const unstableNumberObjectEvaluationRuleFilter = published(
  'UnstableNumberObjectEvaluationRuleFilter',
  z.strictObject({
    column: z.string(),
    key: z.string(),
    operator: unstableEvaluationRuleNumberFilterOperator,
    value: z.number(),
  }),
);
export const unstableCategoryOptionsEvaluationRuleFilter = published(
  'UnstableCategoryOptionsEvaluationRuleFilter',
  z.strictObject({
    column: z.string(),
    key: z.string(),
    operator: unstableEvaluationRuleOptionsFilterOperator,
    value: z.array(z.string()),
  }),
);
export const unstableBooleanEvaluationRuleFilter = published(
  'UnstableBooleanEvaluationRuleFilter',
  z.strictObject({ column: z.string(), operator: unstableEvaluationRuleBooleanFilterOperator, value: z.boolean() }),
);
export const unstableNullEvaluationRuleFilter = published(
  'UnstableNullEvaluationRuleFilter',
  z.strictObject({ column: z.string(), operator: unstableEvaluationRuleNullFilterOperator, value: z.string().nullish() }),
);
export const unstableEvaluationRuleFilter = published(
  'UnstableEvaluationRuleFilter',
  z.discriminatedUnion('type', [
    unstableDateTimeEvaluationRuleFilter.extend({ type: z.literal('datetime') }),
    unstableStringEvaluationRuleFilter.extend({ type: z.literal('string') }),
    unstableNumberEvaluationRuleFilter.extend({ type: z.literal('number') }),
    unstableStringOptionsEvaluationRuleFilter.extend({ type: z.literal('stringOptions') }),
    unstableCategoryOptionsEvaluationRuleFilter.extend({ type: z.literal('categoryOptions') }),
    unstableArrayOptionsEvaluationRuleFilter.extend({ type: z.literal('arrayOptions') }),
    unstableStringObjectEvaluationRuleFilter.extend({ type: z.literal('stringObject') }),
    unstableNumberObjectEvaluationRuleFilter.extend({ type: z.literal('numberObject') }),
    unstableBooleanEvaluationRuleFilter.extend({ type: z.literal('boolean') }),
    unstableNullEvaluationRuleFilter.extend({ type: z.literal('null') }),
  ]),
);
export const unstableEvaluationRuleEvaluator = published(
  'UnstableEvaluationRuleEvaluator',
  z.strictObject({ id: z.string(), name: z.string(), type: unstableEvaluatorType, scope: neededByPython }),
);
export const unstableEvaluationRuleBase = published(
  'UnstableEvaluationRuleBase',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    evaluator: unstableEvaluationRuleEvaluator,
    enabled: z.boolean(),
    status: unstableEvaluationRuleStatus,
    pausedReason: z.string().nullable(),
    pausedMessage: z.string().nullable(),
    sampling: z.number(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const unstableEvaluationRuleEvaluatorAssignment = published(
  'UnstableEvaluationRuleEvaluatorAssignment',
  z.strictObject({ evaluator: unstableEvaluationRuleEvaluator, mapping: z.array(unstableEvaluationRuleReadMapping).nullable() }),
);
export const unstableEvaluationRule = published(
  'UnstableEvaluationRule',
  unstableEvaluationRuleBase.extend({
    evaluators: z.array(unstableEvaluationRuleEvaluatorAssignment),
    target: unstableEvaluationRuleTarget,
    filter: z.array(unstableEvaluationRuleFilter),
    mapping: z.array(unstableEvaluationRuleReadMapping),
  }),
);
export const unstableLegacyEvaluationObject = published(
  'UnstableLegacyEvaluationObject',
  z.enum([
    'trace',
    'span',
    'generation',
    'event',
    'agent',
    'tool',
    'chain',
    'retriever',
    'evaluator',
    'embedding',
    'guardrail',
    'dataset_item',
  ]),
);
export const unstableLegacyEvaluationRuleMapping = published(
  'UnstableLegacyEvaluationRuleMapping',
  z.strictObject({
    variable: z.string(),
    langfuseObject: unstableLegacyEvaluationObject,
    objectName: z.string().nullable(),
    source: z.string(),
    jsonPath: z.string().nullish(),
  }),
);
export const unstableLegacyEvaluationRuleEvaluatorAssignment = published(
  'UnstableLegacyEvaluationRuleEvaluatorAssignment',
  z.strictObject({
    evaluator: unstableEvaluationRuleEvaluator,
    mapping: z.array(unstableLegacyEvaluationRuleMapping).nullable(),
  }),
);
export const unstableEvaluationRuleTimeScope = published('UnstableEvaluationRuleTimeScope', z.enum(['NEW', 'EXISTING']));
export const unstableLegacyEvaluationRuleTarget = published('UnstableLegacyEvaluationRuleTarget', z.enum(['trace', 'dataset']));
export const unstableLegacyEvaluationRule = published(
  'UnstableLegacyEvaluationRule',
  unstableEvaluationRuleBase.extend({
    evaluators: z.array(unstableLegacyEvaluationRuleEvaluatorAssignment),
    target: unstableLegacyEvaluationRuleTarget,
    delay: z.int(),
    timeScope: z.array(unstableEvaluationRuleTimeScope),
    filter: z.array(unstableEvaluationRuleFilter),
    mapping: z.array(unstableLegacyEvaluationRuleMapping),
  }),
);
export const unstableReadableEvaluationRule = published(
  'UnstableReadableEvaluationRule',
  z.union([unstableEvaluationRule, unstableLegacyEvaluationRule]),
);
export const unstableEvaluationRules = published(
  'UnstableEvaluationRules',
  z.strictObject({ data: z.array(unstableReadableEvaluationRule), meta: metaResponse }),
);
export const unstableCreateEvaluationRuleEvaluatorReference = published(
  'UnstableCreateEvaluationRuleEvaluatorReference',
  z.object({ name: z.string(), type: unstableEvaluatorType.optional() }),
);
export const unstableCreateEvaluationRuleEvaluatorAssignment = published(
  'UnstableCreateEvaluationRuleEvaluatorAssignment',
  z.object({
    evaluator: unstableCreateEvaluationRuleEvaluatorReference,
    mapping: z.array(unstableEvaluationRuleMapping).nullish(),
  }),
);
export const unstableCreateEvaluationRuleWithEvaluatorsRequest = published(
  'UnstableCreateEvaluationRuleWithEvaluatorsRequest',
  z.object({
    name: z.string(),
    evaluators: z.array(unstableCreateEvaluationRuleEvaluatorAssignment),
    target: unstableEvaluationRuleTarget,
    enabled: z.boolean(),
    sampling: z.number().nullish(),
    filter: z.array(unstableEvaluationRuleFilter).nullish(),
  }),
);
export const unstableLlmAsJudgeEvaluationRuleEvaluatorReference = published(
  'UnstableLlmAsJudgeEvaluationRuleEvaluatorReference',
  z.object({ name: z.string(), type: unstableLlmAsJudgeEvaluatorType.optional() }),
);
export const unstableCreateLlmAsJudgeEvaluationRuleRequest = published(
  'UnstableCreateLlmAsJudgeEvaluationRuleRequest',
  z.object({
    name: z.string(),
    evaluator: unstableLlmAsJudgeEvaluationRuleEvaluatorReference,
    target: unstableEvaluationRuleTarget,
    enabled: z.boolean(),
    sampling: z.number().nullish(),
    filter: z.array(unstableEvaluationRuleFilter).nullish(),
    mapping: z.array(unstableEvaluationRuleMapping),
  }),
);
export const unstableCodeEvaluationRuleEvaluatorReference = published(
  'UnstableCodeEvaluationRuleEvaluatorReference',
  z.object({ name: z.string(), type: z.string() }),
);
export const unstableCreateCodeEvaluationRuleRequest = published(
  'UnstableCreateCodeEvaluationRuleRequest',
  z.object({
    name: z.string(),
    evaluator: unstableCodeEvaluationRuleEvaluatorReference,
    target: unstableEvaluationRuleTarget,
    enabled: z.boolean(),
    sampling: z.number().nullish(),
    filter: z.array(unstableEvaluationRuleFilter).nullish(),
  }),
);
export const unstableCreateEvaluationRuleRequest = published(
  'UnstableCreateEvaluationRuleRequest',
  z.union([
    unstableCreateLlmAsJudgeEvaluationRuleRequest,
    unstableCreateCodeEvaluationRuleRequest,
    unstableCreateEvaluationRuleWithEvaluatorsRequest,
  ]),
);
export const unstableEvaluationRuleEvaluatorReference = published(
  'UnstableEvaluationRuleEvaluatorReference',
  z.object({ name: z.string() }),
);
export const unstableUpdateEvaluationRuleRequest = published(
  'UnstableUpdateEvaluationRuleRequest',
  z.object({
    name: z.string().nullish(),
    evaluators: z.array(unstableCreateEvaluationRuleEvaluatorAssignment).nullish(),
    evaluator: unstableEvaluationRuleEvaluatorReference.optional(),
    target: unstableEvaluationRuleTarget.optional(),
    enabled: z.boolean().nullish(),
    sampling: z.number().nullish(),
    filter: z.array(unstableEvaluationRuleFilter).nullish(),
    mapping: z.array(unstableEvaluationRuleMapping).nullish(),
  }),
);
export const unstableDeleteEvaluationRuleResponse = published(
  'UnstableDeleteEvaluationRuleResponse',
  z.strictObject({ message: z.string() }),
);

export const evaluationRulesRoutes = routes('Evaluation rules', [
  route('createEvaluationRule', 'POST', {
    path: '/unstable/evaluation-rules',
    auth: 'project',
    errors: 'unstable',
    body: unstableCreateEvaluationRuleRequest,
    answers: { 200: unstableEvaluationRule },
  }),
  route('listEvaluationRules', 'GET', {
    path: '/unstable/evaluation-rules',
    auth: 'project',
    errors: 'unstable',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: unstableEvaluationRules },
  }),
  route('getEvaluationRule', 'GET', {
    path: '/unstable/evaluation-rules/{evaluationRuleId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableReadableEvaluationRule },
  }),
  route('updateEvaluationRule', 'PATCH', {
    path: '/unstable/evaluation-rules/{evaluationRuleId}',
    auth: 'project',
    errors: 'unstable',
    body: unstableUpdateEvaluationRuleRequest,
    answers: { 200: unstableEvaluationRule },
  }),
  route('deleteEvaluationRule', 'DELETE', {
    path: '/unstable/evaluation-rules/{evaluationRuleId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableDeleteEvaluationRuleResponse },
  }),
]);
