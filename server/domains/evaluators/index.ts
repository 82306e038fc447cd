export { textOfPrompt } from './definition.ts';
export { createEvaluationRules, type EvaluationRules, type EvaluationRulesDeps, type RuleFreedom } from './evaluation-rules.ts';
export { createEvaluators, type Evaluators, type EvaluatorsDeps } from './evaluators.ts';
export { openEvaluation } from './open.ts';
export { evaluatorOperations } from './operations.ts';
export { listEvaluatorTemplates } from './templates.ts';
