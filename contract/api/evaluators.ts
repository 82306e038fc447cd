import { z } from 'zod';
import {
  createEvaluatorInput,
  EVALUATOR_TYPES,
  evaluator,
  evaluatorTemplate,
  TEMPLATE_CATEGORIES,
  updateEvaluatorInput,
} from '../evaluator.ts';
import { operation } from '../operation.ts';

const projectId = z.string();
const evaluatorId = z.string();
const page = z.number().int().min(1).default(1);
const limit = z.number().int().min(1).max(100).default(50);
const evaluatorPage = z.object({ data: z.array(evaluator), totalCount: z.number().int() });

export const listEvaluators = operation({
  id: 'listEvaluators',
  method: 'GET',
  path: '/projects/{projectId}/evaluators',
  access: 'any',
  role: 'VIEWER',
  summary: 'List evaluators in their newest versions, newest evaluator first',
  input: z.object({ projectId, page, limit }),
  output: evaluatorPage,
});

export const getEvaluator = operation({
  id: 'getEvaluator',
  method: 'GET',
  path: '/projects/{projectId}/evaluators/{evaluatorId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get an evaluator, in its newest version unless another is named',
  input: z.object({
    projectId,
    evaluatorId,
    version: z
      .number()
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional(),
  }),
  output: evaluator,
});

export const listEvaluatorVersions = operation({
  id: 'listEvaluatorVersions',
  method: 'GET',
  path: '/projects/{projectId}/evaluators/{evaluatorId}/versions',
  access: 'any',
  role: 'VIEWER',
  summary: 'List the versions of an evaluator, newest first',
  input: z.object({ projectId, evaluatorId, page, limit }),
  output: evaluatorPage,
});

export const createEvaluator = operation({
  id: 'createEvaluator',
  method: 'POST',
  path: '/projects/{projectId}/evaluators',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create an evaluator, or the next version of the one of that name',
  input: z.intersection(z.object({ projectId }), createEvaluatorInput),
  output: evaluator,
});

export const updateEvaluator = operation({
  id: 'updateEvaluator',
  method: 'PATCH',
  path: '/projects/{projectId}/evaluators/{evaluatorId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Change an evaluator; a change of its definition makes a new version',
  input: z.intersection(z.object({ projectId, evaluatorId }), updateEvaluatorInput),
  output: evaluator,
});

export const deleteEvaluator = operation({
  id: 'deleteEvaluator',
  method: 'DELETE',
  path: '/projects/{projectId}/evaluators/{evaluatorId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete an evaluator that no rule uses, with all its versions',
  input: z.object({ projectId, evaluatorId }),
  output: z.object({ ok: z.literal(true) }),
});

export const listEvaluatorTemplates = operation({
  id: 'listEvaluatorTemplates',
  method: 'GET',
  path: '/projects/{projectId}/evaluator-templates',
  access: 'any',
  role: 'VIEWER',
  summary: 'List built-in evaluators to start from',
  input: z.object({
    projectId,
    search: z.string().optional(),
    category: z.enum(TEMPLATE_CATEGORIES).optional(),
    type: z.enum(EVALUATOR_TYPES).optional(),
  }),
  output: z.object({ data: z.array(evaluatorTemplate) }),
});
