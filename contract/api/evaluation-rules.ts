import { z } from 'zod';
import { createEvaluationRuleInput, evaluationRule, RULE_TARGETS, updateEvaluationRuleInput } from '../evaluation-rule.ts';
import { operation } from '../operation.ts';

const projectId = z.string();
const ruleId = z.string();

export const listEvaluationRules = operation({
  id: 'listEvaluationRules',
  method: 'GET',
  path: '/projects/{projectId}/evaluation-rules',
  access: 'any',
  role: 'VIEWER',
  summary: 'List evaluation rules, newest first',
  input: z.object({
    projectId,
    page: z.number().int().min(1).default(1),
    limit: z.number().int().min(1).max(100).default(50),
    search: z.string().optional(),
    enabled: z.boolean().optional(),
    targets: z.array(z.enum(RULE_TARGETS)).optional(),
  }),
  output: z.object({ data: z.array(evaluationRule), totalCount: z.number().int() }),
});

export const getEvaluationRule = operation({
  id: 'getEvaluationRule',
  method: 'GET',
  path: '/projects/{projectId}/evaluation-rules/{ruleId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get an evaluation rule',
  input: z.object({ projectId, ruleId }),
  output: evaluationRule,
});

export const createEvaluationRule = operation({
  id: 'createEvaluationRule',
  method: 'POST',
  path: '/projects/{projectId}/evaluation-rules',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create an evaluation rule',
  input: createEvaluationRuleInput.extend({ projectId }),
  output: evaluationRule,
});

export const updateEvaluationRule = operation({
  id: 'updateEvaluationRule',
  method: 'PATCH',
  path: '/projects/{projectId}/evaluation-rules/{ruleId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Change an evaluation rule, switch it on or off',
  input: z.intersection(z.object({ projectId, ruleId }), updateEvaluationRuleInput),
  output: evaluationRule,
});

export const deleteEvaluationRule = operation({
  id: 'deleteEvaluationRule',
  method: 'DELETE',
  path: '/projects/{projectId}/evaluation-rules/{ruleId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete an evaluation rule',
  input: z.object({ projectId, ruleId }),
  output: z.object({ ok: z.literal(true) }),
});
