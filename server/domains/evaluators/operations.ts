import * as declaredRules from '../../../contract/api/evaluation-rules.ts';
import * as declared from '../../../contract/api/evaluators.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { EvaluationRules } from './evaluation-rules.ts';
import type { Evaluators } from './evaluators.ts';
import { listEvaluatorTemplates } from './templates.ts';

const counted = <T>({ data, totalItems }: { data: T[]; totalItems: number }) => ({ data, totalCount: totalItems });
const done = { ok: true as const };

/** What our own API can do with evaluators and evaluation rules. */
export function evaluatorOperations(deps: { evaluators: Evaluators; evaluationRules: EvaluationRules }): Implemented[] {
  const { evaluators, evaluationRules: rules } = deps;
  return [
    implement(declared.listEvaluators, async ({ projectId, page, limit }) =>
      counted(await evaluators.list(projectId, page, limit)),
    ),
    implement(declared.getEvaluator, ({ projectId, evaluatorId, version }) => evaluators.get(projectId, evaluatorId, version)),
    implement(declared.listEvaluatorVersions, async ({ projectId, evaluatorId, page, limit }) =>
      counted(await evaluators.listVersions(projectId, evaluatorId, page, limit)),
    ),
    implement(declared.createEvaluator, ({ projectId, ...given }) => evaluators.create(projectId, given)),
    implement(declared.updateEvaluator, ({ projectId, evaluatorId, ...given }) =>
      evaluators.update(projectId, evaluatorId, given),
    ),
    implement(declared.deleteEvaluator, async ({ projectId, evaluatorId }) => {
      await evaluators.delete(projectId, evaluatorId);
      return done;
    }),
    implement(declared.listEvaluatorTemplates, async ({ projectId: _, ...filter }) => ({
      data: listEvaluatorTemplates(filter),
    })),
    implement(declaredRules.listEvaluationRules, async ({ projectId, page, limit, ...filter }) =>
      counted(await rules.list(projectId, page, limit, filter)),
    ),
    implement(declaredRules.getEvaluationRule, ({ projectId, ruleId }) => rules.get(projectId, ruleId)),
    implement(declaredRules.createEvaluationRule, ({ projectId, ...given }) => rules.create(projectId, given)),
    implement(declaredRules.updateEvaluationRule, ({ projectId, ruleId, ...given }) => rules.update(projectId, ruleId, given)),
    implement(declaredRules.deleteEvaluationRule, async ({ projectId, ruleId }) => {
      await rules.delete(projectId, ruleId);
      return done;
    }),
  ];
}
