import type { RuleStatus } from '../../../contract/evaluation-rule.ts';
import type { VariableMapping } from '../../../contract/evaluator.ts';
import type { LlmConnection } from '../../../contract/llm-connection.ts';
import { findUnusableModel } from '../llm-connections/index.ts';
import type { Definition } from './definition.ts';
import { mappingProblem, type Problem } from './mapping.ts';

export interface RuleEvaluator {
  name: string;
  definition: Definition;
  /** Null: the evaluator's own. */
  mapping: VariableMapping[] | null;
}

/** What is known of the project's connections. */
export type Connections = readonly Pick<LlmConnection, 'provider' | 'customModels' | 'withDefaultModels'>[];

/** Why an evaluator's model cannot be asked, or null. Without a model of its own the project's default is asked, when it runs. */
export function preflightProblem(name: string, definition: Definition, connections: Connections): Problem | null {
  if (definition.type === 'code' || definition.modelConfig === null) return null;
  const unusable = findUnusableModel(connections, definition.modelConfig);
  if (unusable === null) return null;
  const { provider, model } = definition.modelConfig;
  return {
    message: `The evaluator "${name}" cannot run: ${unusable}`,
    refusal: { reason: 'evaluator_preflight_failed', evaluatorName: name, provider, model },
  };
}

/** Said rather than `active`, which would promise scores that never come. */
const NOT_RUN = {
  status: 'paused',
  pausedReason: 'evaluators_not_running',
  pausedMessage: 'This server does not run evaluators yet. The rule is kept as it is and starts when it does.',
} as const;

/**
 * What a rule does at this moment: an enabled one is paused while one of its evaluators cannot run, because its connection went or a
 * newer version of it has other variables, when running it was given up, or while the server runs no evaluators.
 */
export function ruleStatus(rule: {
  enabled: boolean;
  /** Why running it was given up. */
  givenUp: { reason: string; message: string } | null;
  evaluators: readonly RuleEvaluator[];
  connections: Connections;
  /** Whether this server runs evaluators at all. */
  isRun: boolean;
}): { status: RuleStatus; pausedReason: string | null; pausedMessage: string | null } {
  if (!rule.enabled) return { status: 'inactive', pausedReason: null, pausedMessage: null };
  if (rule.givenUp) {
    return { status: 'paused', pausedReason: rule.givenUp.reason, pausedMessage: rule.givenUp.message };
  }
  for (const { name, definition, mapping } of rule.evaluators) {
    const problem = preflightProblem(name, definition, rule.connections) ?? mappingProblem(name, definition, mapping, 'any');
    if (problem) return { status: 'paused', pausedReason: problem.refusal.reason, pausedMessage: problem.message };
  }
  if (!rule.isRun) return NOT_RUN;
  return { status: 'active', pausedReason: null, pausedMessage: null };
}
