export { createEvaluationRules, type EvaluationRules, type EvaluationRulesDeps } from './evaluation-rules.ts';
export { createEvaluators, type Evaluators, type EvaluatorsDeps } from './evaluators.ts';
export { evaluatorOperations } from './operations.ts';
export { listEvaluatorTemplates } from './templates.ts';
