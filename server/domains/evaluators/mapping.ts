import parseJsonPath from 'jsonpath-rfc9535/parser';
import type { RuleTarget } from '../../../contract/evaluation-rule.ts';
import { MAPPING_SOURCES, type MappingSource, type VariableMapping } from '../../../contract/evaluator.ts';
import type { Refusal } from '../../../contract/refusal.ts';
import { type Definition, variablesOfDefinition } from './definition.ts';

/** What is wrong, for people and for programs. */
export interface Problem {
  message: string;
  refusal: Refusal;
}

const ONLY_EXPERIMENTS: readonly MappingSource[] = ['expected_output', 'experiment_item_metadata'];

/** What can be read of a target (contract §1.18); of `any` what can be read of some. */
export const sourcesOf = (target: RuleTarget | 'any'): MappingSource[] =>
  MAPPING_SOURCES.filter((source) => target !== 'observation' || !ONLY_EXPERIMENTS.includes(source));

/** What fills an evaluator's variables in a rule: the rule's own mapping, else the evaluator's; code gets every source. */
export function effectiveMapping(
  definition: Definition,
  own: readonly VariableMapping[] | null,
  target: RuleTarget | 'any',
): VariableMapping[] {
  if (definition.type === 'code') return sourcesOf(target).map((source) => ({ variable: source, source }));
  return [...(own ?? definition.mapping ?? [])];
}

/**
 * Why a mapping does not fill a judge's variables exactly once each from what the target has, or null when it does. With `any` target a
 * rule of observations may read what only experiments have; other observations give nothing for it.
 */
export function mappingProblem(
  evaluatorName: string,
  definition: Definition,
  own: readonly VariableMapping[] | null,
  target: RuleTarget | 'any',
): Problem | null {
  const problem = (reason: Refusal['reason'], message: string, more: Partial<Refusal>): Problem => ({
    message,
    refusal: { reason, evaluatorName, ...more },
  });
  if (definition.type === 'code') {
    if (own === null) return null;
    return problem('invalid_variable_mapping', `"${evaluatorName}" is a code evaluator, which takes no mapping.`, {
      field: 'mapping',
    });
  }
  const variables = variablesOfDefinition(definition);
  const sources = sourcesOf(target);
  const seen = new Set<string>();
  for (const { variable, source, jsonPath } of effectiveMapping(definition, own, target)) {
    if (!variables.includes(variable)) {
      const message = `"${variable}" is not a variable of the evaluator "${evaluatorName}".`;
      return problem('invalid_variable_mapping', message, { variable, allowedValues: variables });
    }
    if (seen.has(variable)) {
      return problem('duplicate_variable_mapping', `The variable "${variable}" is mapped more than once.`, { variable });
    }
    seen.add(variable);
    if (!sources.includes(source)) {
      const message = `"${source}" cannot be read of the target ${target}.`;
      return problem('invalid_variable_mapping', message, { variable, value: source, allowedValues: sources });
    }
    if (typeof jsonPath === 'string' && !isJsonPath(jsonPath)) {
      const message = `The jsonPath of the variable "${variable}" is not a JSONPath such as $.messages[0].content.`;
      return problem('invalid_json_path', message, { variable, value: jsonPath });
    }
  }
  const missing = variables.filter((variable) => !seen.has(variable));
  if (missing.length === 0) return null;
  const message = `Not mapped: ${missing.join(', ')}. Every variable of "${evaluatorName}" needs a mapping.`;
  return problem('missing_variable_mapping', message, { variables: missing });
}

function isJsonPath(text: string): boolean {
  try {
    parseJsonPath(text);
    return true;
  } catch {
    return false;
  }
}
