import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import {
  type AssignmentInput,
  createEvaluationRuleInput,
  type EvaluationRule,
  RULE_TARGETS,
  type RuleAssignment,
  type RuleCondition,
  updateEvaluationRuleInput,
} from '../../../contract/evaluation-rule.ts';
import { EVALUATOR_TYPES, variableMapping } from '../../../contract/evaluator.ts';
import type { EvaluationRules } from '../../domains/evaluators/index.ts';
import { refuse } from '../../lib/refuse.ts';
import { pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { bodyOf, queryOf } from './unstable-errors.ts';

/** By its name; older clients add a scope, of which there is one here (contract §8.21). */
const reference = z.object({
  name: z.string().min(1),
  type: z.enum(EVALUATOR_TYPES).nullish(),
  scope: z.string().nullish(),
});
type Reference = z.output<typeof reference>;

const mapping = z.array(variableMapping).max(100).nullish();
const evaluators = z
  .array(z.object({ evaluator: reference, mapping }))
  .min(1)
  .max(100);

/** The older way: one evaluator, with its mapping beside it. */
const single = { evaluator: reference.nullish(), mapping };

const createBody = createEvaluationRuleInput
  .omit({ evaluators: true })
  .extend({ target: z.enum(RULE_TARGETS), evaluators: evaluators.nullish(), ...single })
  .superRefine(({ evaluator, evaluators: several, mapping: beside }, context) => {
    if (!evaluator === !several) {
      context.addIssue({ code: 'custom', message: 'give exactly one of evaluator and evaluators', path: ['evaluators'] });
    } else if (several && beside) {
      context.addIssue({ code: 'custom', message: 'belongs into the elements of evaluators', path: ['mapping'] });
    }
  });

const { evaluators: _, ...changeable } = updateEvaluationRuleInput.shape;
const updateBody = z.object({ ...changeable, evaluators: evaluators.nullish(), ...single }).superRefine((given, context) => {
  if (Object.values(given).every((value) => value == null)) {
    context.addIssue({ code: 'custom', message: 'needs at least one field to change', path: [] });
  } else if (given.evaluators && (given.evaluator || given.mapping)) {
    context.addIssue({ code: 'custom', message: 'cannot stand beside evaluator or mapping', path: ['evaluators'] });
  }
});

const listParams = z.object(pageParams);
const oneParams = z.object({ evaluationRuleId: z.string() });

/**
 * Evaluation rules of the Langfuse API (contract §1.18). Its shape has no place for a rule without evaluators, which the stable API can
 * make (docs/adr/007): such a one is not here until it has one.
 */
export function unstableEvaluationRuleRoutes(deps: {
  access: ReadDeps['access'];
  evaluationRules: EvaluationRules;
}): FastifyPluginAsync {
  const { access, evaluationRules: rules } = deps;
  async function findComplete(projectId: string, id: string): Promise<EvaluationRule> {
    const rule = await rules.get(projectId, id);
    if (rule.evaluators.length === 0) throw refuse('Evaluation rule not found', { reason: 'resource_not_found' });
    return rule;
  }
  return async (fastify) => {
    fastify.post('/evaluation-rules', async (request) => {
      const projectId = await projectOf(access, request);
      const { evaluator, mapping: beside, evaluators: several, ...rule } = bodyOf(createBody, request);
      const given = several?.map(assignmentOf) ?? [assignmentOf({ evaluator: evaluator!, mapping: beside })];
      return bodyOfRule(await rules.create(projectId, { ...rule, evaluators: given }));
    });

    fastify.get('/evaluation-rules', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = queryOf(listParams, request);
      const { data, totalItems } = await rules.list(projectId, page, limit, { withEvaluators: true });
      return { data: data.map(bodyOfRule), meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/evaluation-rules/:evaluationRuleId', async (request) => {
      const projectId = await projectOf(access, request);
      return bodyOfRule(await findComplete(projectId, oneParams.parse(request.params).evaluationRuleId));
    });

    fastify.patch('/evaluation-rules/:evaluationRuleId', async (request) => {
      const projectId = await projectOf(access, request);
      const { evaluationRuleId } = oneParams.parse(request.params);
      const { evaluator, mapping: beside, evaluators: several, ...rule } = bodyOf(updateBody, request);
      const now = several ? null : await findComplete(projectId, evaluationRuleId);
      const given =
        several?.map(assignmentOf) ?? (now && (evaluator || beside) ? [changedSingle(now.evaluators, evaluator, beside)] : null);
      return bodyOfRule(await rules.update(projectId, evaluationRuleId, { ...rule, ...(given && { evaluators: given }) }));
    });

    fastify.delete('/evaluation-rules/:evaluationRuleId', async (request) => {
      const projectId = await projectOf(access, request);
      await rules.delete(projectId, oneParams.parse(request.params).evaluationRuleId);
      return { message: 'Evaluation rule successfully deleted' };
    });
  };
}

/** @throws AppError 404 for an evaluator that is not the project's */
function assignmentOf(given: { evaluator: Reference; mapping?: AssignmentInput['mapping'] }): AssignmentInput {
  const { name, type, scope } = given.evaluator;
  if (scope && scope !== 'project') {
    throw refuse(`Evaluator not found: ${name}`, { reason: 'resource_not_found', field: 'evaluator', value: name });
  }
  return { evaluator: { name, ...(type && { type }) }, mapping: given.mapping };
}

/** The only evaluator after a change in the older way: another one, another mapping, or both. @throws AppError 400, 404 */
function changedSingle(
  now: readonly RuleAssignment[],
  evaluator: Reference | null | undefined,
  beside: AssignmentInput['mapping'],
): AssignmentInput {
  const [first, second] = now;
  if (evaluator) {
    const kept = first!.evaluator.type === 'code' ? null : first!.mapping;
    return assignmentOf({ evaluator, mapping: beside ?? kept });
  }
  if (second) {
    const message = 'The rule has several evaluators: send their mappings in evaluators.';
    throw refuse(message, { reason: 'invalid_body', field: 'mapping' });
  }
  return { evaluator: { id: first!.evaluator.id }, mapping: beside };
}

/** Appendix A `u_EvaluationRule`; `evaluator` and `mapping` are those of the first. */
function bodyOfRule(rule: EvaluationRule) {
  const { evaluators: assigned, ...about } = rule;
  const shown = assigned.map(({ evaluator, mapping: own }) => ({
    evaluator: { ...evaluator, scope: 'project' },
    mapping: own,
  }));
  const filter = about.filter.map(conditionBody);
  return { ...about, filter, evaluator: shown[0]!.evaluator, evaluators: shown, mapping: assigned[0]!.effectiveMapping };
}

/** Whether a map has a key is said by operators that are not read here: that its text contains the empty one is the same. */
function conditionBody(condition: RuleCondition) {
  if (condition.type !== 'stringObject') return condition;
  const { operator } = condition;
  if (operator === 'is set') return { ...condition, operator: 'contains', value: '' };
  return operator === 'is not set' ? { ...condition, operator: 'does not contain', value: '' } : condition;
}
