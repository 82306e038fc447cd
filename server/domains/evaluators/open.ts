import type { LlmConnections } from '../llm-connections/index.ts';
import type { Slice, Spine } from '../slice.ts';
import { createEvaluationRules, type EvaluationRules } from './evaluation-rules.ts';
import { createEvaluators, type Evaluators } from './evaluators.ts';
import { evaluatorOperations } from './operations.ts';

export function openEvaluation(
  spine: Spine,
  needs: { connections: LlmConnections['all'] },
): { evaluators: Evaluators; evaluationRules: EvaluationRules } & Slice {
  const given = { ...spine, connections: needs.connections };
  // Nothing runs them yet.
  const evaluationRules = createEvaluationRules({ ...given, isRun: false });
  const parts = { evaluators: createEvaluators(given), evaluationRules };
  return { ...parts, operations: evaluatorOperations(parts) };
}
