import { z } from 'zod';
import { creator, cursorMeta, cursorQuery, promptVariableMappingInput, promptVariableMappingRead } from './evaluators-v2.ts';
import { givenTime, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

/* The second version of evaluation rules; see evaluators-v2.ts. */

const comparison = z.enum(['=', '>', '<', '>=', '<=']);
const text = z.enum(['=', 'contains', 'does not contain', 'starts with', 'ends with']);
const options = z.enum(['any of', 'none of']);
const column = z.string();

export const evaluationRuleFilter = published(
  'EvaluationRuleFilter',
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('datetime'), column, operator: comparison, value: givenTime }),
    z.object({ type: z.literal('string'), column, operator: text, value: z.string() }),
    z.object({ type: z.literal('number'), column, operator: comparison, value: z.number() }),
    z.object({ type: z.literal('stringOptions'), column, operator: options, value: z.array(z.string()) }),
    z.object({
      type: z.literal('categoryOptions'),
      column,
      key: z.string(),
      operator: options,
      value: z.array(z.string()),
    }),
    z.object({
      type: z.literal('arrayOptions'),
      column,
      operator: z.enum([...options.options, 'all of']),
      value: z.array(z.string()),
    }),
    z.object({
      type: z.literal('stringObject'),
      column,
      key: z.string(),
      operator: z.enum([...text.options, 'is set', 'is not set']),
      value: z.string(),
    }),
    z.object({ type: z.literal('numberObject'), column, key: z.string(), operator: comparison, value: z.number() }),
    z.object({ type: z.literal('boolean'), column, operator: z.enum(['=', '<>']), value: z.boolean() }),
    z.object({ type: z.literal('null'), column, operator: z.enum(['is null', 'is not null']), value: z.literal('') }),
  ]),
);
export const evaluationRuleReadFilter = published(
  'EvaluationRuleReadFilter',
  z.strictObject({
    type: z.string(),
    column,
    key: z.string().optional(),
    operator: z.string(),
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  }),
);
export const evaluatorAssignment = published(
  'EvaluatorAssignment',
  z.strictObject({ evaluatorId: z.string(), variableMapping: z.array(promptVariableMappingRead).nullable() }),
);
export const evaluationRule = published(
  'EvaluationRule',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    createdBy: creator.nullable(),
    enabled: z.boolean(),
    sampling: z.number(),
    filter: z.array(evaluationRuleReadFilter),
    evaluatorAssignments: z.array(evaluatorAssignment),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const evaluationRulesPage = published(
  'EvaluationRulesPage',
  z.strictObject({ data: z.array(evaluationRule), meta: cursorMeta }),
);
export const deletedEvaluationRule = published('DeletedEvaluationRule', z.strictObject({ id: z.string() }));
export const evaluationRuleEvaluatorAssignmentInput = published(
  'EvaluationRuleEvaluatorAssignmentInput',
  z.object({ evaluatorId: z.string(), variableMapping: z.array(promptVariableMappingInput).nullish() }),
);
export const createEvaluationRuleRequest = published(
  'CreateEvaluationRuleRequest',
  z.object({
    name: z.string(),
    enabled: z.boolean(),
    sampling: z.number().optional(),
    filter: z.array(evaluationRuleFilter).optional(),
    evaluatorAssignments: z.array(evaluationRuleEvaluatorAssignmentInput),
  }),
);
export const updateEvaluationRuleRequest = published(
  'UpdateEvaluationRuleRequest',
  z.object({
    name: z.string().optional(),
    enabled: z.boolean().optional(),
    sampling: z.number().optional(),
    filter: z.array(evaluationRuleFilter).optional(),
    evaluatorAssignments: z.array(evaluationRuleEvaluatorAssignmentInput).optional(),
  }),
);

const all = { path: '/v2/evaluation-rules', auth: 'project', errors: 'evaluation' } as const;
const one = { ...all, path: '/v2/evaluation-rules/{evaluationRuleId}' } as const;

export const evaluationRulesV2Routes = routes('Evaluation rules', [
  route('createEvaluationRuleV2', 'POST', { ...all, body: createEvaluationRuleRequest, answers: { 201: evaluationRule } }),
  route('listEvaluationRulesV2', 'GET', { ...all, query: cursorQuery, answers: { 200: evaluationRulesPage } }),
  route('getEvaluationRuleV2', 'GET', { ...one, answers: { 200: evaluationRule } }),
  route('updateEvaluationRuleV2', 'PATCH', { ...one, body: updateEvaluationRuleRequest, answers: { 200: evaluationRule } }),
  route('deleteEvaluationRuleV2', 'DELETE', { ...one, answers: { 200: deletedEvaluationRule } }),
]);
