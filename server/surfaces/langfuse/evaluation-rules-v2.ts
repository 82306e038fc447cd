import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { type EvaluationRule, ruleCondition, ruleName, sampling } from '../../../contract/evaluation-rule.ts';
import { variableMapping } from '../../../contract/evaluator.ts';
import type { EvaluationRules, RuleFreedom } from '../../domains/evaluators/index.ts';
import { applyErrorBodies } from './error-bodies.ts';
import { evaluationErrorHandler } from './evaluation-errors.ts';
import { mappingBody } from './evaluators-v2.ts';
import { cursorPage, cursorParams } from './number-cursor.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { keptConditions, shownConditions } from './rule-conditions.ts';
import { bodyOf, queryOf } from './unstable-errors.ts';

const assignments = z
  .array(z.object({ evaluatorId: z.string(), variableMapping: z.array(variableMapping).max(100).nullish() }))
  .max(100);
const filter = z.array(ruleCondition).max(100);
const createBody = z.object({
  name: ruleName,
  enabled: z.boolean(),
  sampling: sampling.optional(),
  filter: filter.optional(),
  evaluatorAssignments: assignments,
});
const updateBody = createBody
  .partial()
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'needs at least one field to change');

const oneParams = z.object({ evaluationRuleId: z.string() });

/** Rules have names as they like, and any of them may look at runs of experiments: docs/adr/007. */
const FREEDOM: RuleFreedom = { sharedName: true, anySource: true };

/** Evaluation rules of the Langfuse API, second version (docs/adr/007). Register it at `/v2/evaluation-rules`. */
export function evaluationRuleV2Routes(deps: {
  access: ReadDeps['access'];
  evaluationRules: EvaluationRules;
}): FastifyPluginAsync {
  const { access, evaluationRules: rules } = deps;
  return async (fastify) => {
    applyErrorBodies(fastify, evaluationErrorHandler('rule'));

    fastify.post('/', async (request, reply) => {
      const projectId = await projectOf(access, request);
      const { evaluatorAssignments, filter: conditions = [], ...rule } = bodyOf(createBody, request);
      const input = { ...rule, ...keptConditions(conditions), evaluators: assigned(evaluatorAssignments) };
      return reply.code(201).send(bodyOfRule(await rules.create(projectId, input, FREEDOM)));
    });

    fastify.get('/', async (request) => {
      const projectId = await projectOf(access, request);
      const { cursor = null, limit } = queryOf(cursorParams, request);
      const { data, next } = await rules.listBefore(projectId, cursor, limit);
      return cursorPage(data.map(bodyOfRule), next);
    });

    fastify.get('/:evaluationRuleId', async (request) => {
      const projectId = await projectOf(access, request);
      return bodyOfRule(await rules.get(projectId, oneParams.parse(request.params).evaluationRuleId));
    });

    fastify.patch('/:evaluationRuleId', async (request) => {
      const projectId = await projectOf(access, request);
      const { evaluationRuleId } = oneParams.parse(request.params);
      const { evaluatorAssignments, filter: conditions, ...rule } = bodyOf(updateBody, request);
      const input = {
        ...rule,
        ...(conditions && keptConditions(conditions)),
        ...(evaluatorAssignments && { evaluators: assigned(evaluatorAssignments) }),
      };
      return bodyOfRule(await rules.update(projectId, evaluationRuleId, input, FREEDOM));
    });

    fastify.delete('/:evaluationRuleId', async (request) => {
      const projectId = await projectOf(access, request);
      const { evaluationRuleId } = oneParams.parse(request.params);
      await rules.delete(projectId, evaluationRuleId);
      return { id: evaluationRuleId };
    });
  };
}

const assigned = (given: z.output<typeof assignments>) =>
  given.map(({ evaluatorId: id, variableMapping: mapping }) => ({ evaluator: { id }, mapping }));

/** `EvaluationRule` of contract/langfuse/evaluation-rules-v2.ts; nobody is known to have made one. */
function bodyOfRule(rule: EvaluationRule) {
  const { id, name, enabled, sampling: share, createdAt, updatedAt } = rule;
  return {
    id,
    name,
    createdBy: null,
    enabled,
    sampling: share,
    filter: shownConditions(rule),
    evaluatorAssignments: rule.evaluators.map(({ evaluator, mapping }) => ({
      evaluatorId: evaluator.id,
      variableMapping: mapping?.map(mappingBody) ?? null,
    })),
    createdAt,
    updatedAt,
  };
}
