import {
  type CreateEvaluatorInput,
  type EvaluatorType,
  type JudgePrompt,
  MAPPING_SOURCES,
  type ModelConfig,
  type OutputDefinition,
  type SOURCE_CODE_LANGUAGES,
  type VariableMapping,
} from '../../../contract/evaluator.ts';
import { variablesOf } from '../../../contract/prompt.ts';

export interface JudgeDefinition {
  /** A conversation of one message of the user is kept as its text. */
  prompt: JudgePrompt;
  outputDefinition: OutputDefinition;
  /** Null: the project's default. */
  modelConfig: ModelConfig | null;
  modelParams: Record<string, unknown> | null;
  /** For rules that bring none. */
  mapping: VariableMapping[] | null;
}

export interface CodeDefinition {
  sourceCode: string;
  sourceCodeLanguage: (typeof SOURCE_CODE_LANGUAGES)[number];
}

/** What a version of an evaluator is: as stored, with the type of its evaluator. */
export type Definition = ({ type: 'llm_as_judge' } & JudgeDefinition) | ({ type: 'code' } & CodeDefinition);

/** The definition that was given, with null for what was not. */
export function definitionOf(input: CreateEvaluatorInput): Definition {
  if (input.type === 'code') {
    const { sourceCode, sourceCodeLanguage } = input;
    return { type: 'code', sourceCode, sourceCodeLanguage };
  }
  const { prompt, outputDefinition, modelConfig = null, modelParams = null, mapping = null } = input;
  return { type: 'llm_as_judge', prompt: keptPrompt(prompt), outputDefinition, modelConfig, modelParams, mapping };
}

/** A prompt as it is kept: one message of the user is its text. */
export function keptPrompt(prompt: JudgePrompt): JudgePrompt {
  const [first, second] = typeof prompt === 'string' ? [] : prompt;
  return first?.role === 'user' && second === undefined ? first.content : prompt;
}

/** A stored definition; what is stored was checked before. */
export const readDefinition = (type: EvaluatorType, stored: unknown): Definition =>
  ({ ...(stored as Definition), type }) as Definition;

/** Names to fill: those in a judge's prompt, each once; code is told everything. */
export const variablesOfDefinition = (definition: Definition): string[] =>
  definition.type === 'code' ? [...MAPPING_SOURCES] : variablesOf(textOfPrompt(definition.prompt));

/** All that a judge is told, its messages apart by an empty line. */
export const textOfPrompt = (prompt: JudgePrompt): string =>
  typeof prompt === 'string' ? prompt : prompt.map(({ content }) => content).join('\n\n');
