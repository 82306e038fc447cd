import { z } from 'zod';
import { timestamp } from './observation.ts';
import { storable } from './storable.ts';

/** Who judges: a model that is given a prompt, or a piece of code (contract §1.18). */
export const EVALUATOR_TYPES = ['llm_as_judge', 'code'] as const;
export type EvaluatorType = (typeof EVALUATOR_TYPES)[number];

export const EVALUATOR_STATUSES = ['active', 'paused'] as const;

export const SOURCE_CODE_LANGUAGES = ['PYTHON', 'TYPESCRIPT'] as const;

/** Parts of what is judged that a variable can be filled from; the last two only of an item of an experiment. */
export const MAPPING_SOURCES = [
  'input',
  'output',
  'metadata',
  'tool_calls',
  'expected_output',
  'experiment_item_metadata',
] as const;
export type MappingSource = (typeof MAPPING_SOURCES)[number];

/** Fills one variable of a prompt; `jsonPath` (RFC 9535) picks a part of the source. */
export const variableMapping = z.object({
  variable: storable.min(1).max(200),
  source: z.enum(MAPPING_SOURCES),
  jsonPath: storable.max(1000).nullish(),
});
export type VariableMapping = z.output<typeof variableMapping>;

/** How a reason or a score is arrived at, in words for the judge. */
export const instructions = storable.max(10_000);

/** What a judge chooses from. */
export const categories = z
  .array(storable.min(1).max(500))
  .min(2)
  .max(1000)
  .refine((given) => new Set(given).size === given.length, 'must differ from each other');

const outputDefinitionOf = (description: z.ZodString) => {
  const described = z.object({ description });
  return z.discriminatedUnion('dataType', [
    z.object({
      dataType: z.literal('NUMERIC'),
      reasoning: described,
      score: described.extend({ minValue: z.number().nullish(), maxValue: z.number().nullish() }),
    }),
    z.object({ dataType: z.literal('BOOLEAN'), reasoning: described, score: described }),
    z.object({
      dataType: z.literal('CATEGORICAL'),
      reasoning: described,
      score: described.extend({ categories, shouldAllowMultipleMatches: z.boolean() }),
    }),
  ]);
};

/** What a judge answers, a reason and a score of one data type, as it is kept: a description may be empty. */
const keptOutputDefinition = outputDefinitionOf(instructions);

/** What a judge answers, as it is given: with descriptions, and a range that is more than one number. */
export const outputDefinition = outputDefinitionOf(instructions.min(1)).superRefine((given, context) => {
  if (given.dataType !== 'NUMERIC') return;
  const { minValue, maxValue } = given.score;
  if ((minValue ?? -Infinity) < (maxValue ?? Infinity)) return;
  context.addIssue({ code: 'custom', path: ['score', 'maxValue'], message: 'must be greater than minValue' });
});
export type OutputDefinition = z.output<typeof outputDefinition>;

/** `provider` names an LLM connection of the project. */
export const modelConfig = z.object({ provider: storable.min(1).max(200), model: storable.min(1).max(500) });
export type ModelConfig = z.output<typeof modelConfig>;

export const evaluatorName = storable.min(1).max(200);
export const evaluatorDescription = storable.max(5000).nullish();
const name = evaluatorName;
const description = evaluatorDescription;
const sentence = storable.min(1).max(200_000);
export const sourceCode = storable.min(1).max(200_000);

export const JUDGE_ROLES = ['system', 'user', 'assistant'] as const;

/** What a judge is asked: one text as the user's message, or a conversation. `{{name}}` marks a variable. */
export const judgePrompt = z.union([
  sentence,
  z
    .array(z.object({ role: z.enum(JUDGE_ROLES), content: sentence }))
    .min(1)
    .max(100),
]);
export type JudgePrompt = z.output<typeof judgePrompt>;
/** What is nested without end has no text at all. */
const modelParams = z
  .record(z.string(), z.unknown())
  .refine((params) => {
    try {
      return JSON.stringify(params).length <= 20_000;
    } catch {
      return false;
    }
  }, 'must be JSON of at most 20000 characters')
  .nullish();
const mapping = z.array(variableMapping).max(100).nullish();

const judge = {
  prompt: judgePrompt,
  outputDefinition,
  /** Null or absent: the project's default model. */
  modelConfig: modelConfig.nullish(),
  /** Parameters of the call, such as `temperature`. */
  modelParams,
  /** How rules fill the variables when they do not say it themselves. */
  mapping,
};
const code = { sourceCode, sourceCodeLanguage: z.enum(SOURCE_CODE_LANGUAGES) };

/** A new evaluator, or with a name that the project has already, its next version. Without a type it is a judge. */
export const createEvaluatorInput = z.preprocess(
  (given) =>
    typeof given === 'object' && given !== null && !Array.isArray(given) && !('type' in given)
      ? { ...given, type: 'llm_as_judge' }
      : given,
  z.discriminatedUnion('type', [
    // A template's definition names its variables too; which ones the prompt has is read from the prompt.
    z.object({ type: z.literal('llm_as_judge'), name, description, ...judge, variables: z.array(z.string()).optional() }),
    // Code is told everything and has no variables to fill.
    z.object({
      type: z.literal('code'),
      name,
      description,
      ...code,
      mapping: z.null('code evaluators take no mapping').optional(),
    }),
  ]),
);
export type CreateEvaluatorInput = z.output<typeof createEvaluatorInput>;

/** A change: what is not given stays. Everything but name and description makes a new version. */
export const updateEvaluatorInput = z
  .object({
    name: name.optional(),
    description,
    prompt: judgePrompt.optional(),
    outputDefinition: outputDefinition.optional(),
    modelConfig: modelConfig.nullish(),
    modelParams,
    mapping,
    sourceCode: sourceCode.optional(),
    sourceCodeLanguage: z.enum(SOURCE_CODE_LANGUAGES).optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'needs at least one field to change');
export type UpdateEvaluatorInput = z.output<typeof updateEvaluatorInput>;

const base = z.object({
  /** The same for all versions. */
  id: z.string(),
  /** Several may have it. */
  name: z.string(),
  description: z.string().nullable(),
  /** From 1. */
  version: z.number().int(),
  /** Of a judge the names in its prompt; code has all sources. */
  variables: z.array(z.string()),
  mapping: z.array(variableMapping).nullable(),
  /** Rules that use it. */
  evaluationRuleCount: z.number().int(),
  /** They and their own mappings, newest rule first. */
  evaluationRules: z.array(z.object({ id: z.string(), mapping: z.array(variableMapping).nullable() })),
  /** `paused`: its model cannot be asked at this moment. */
  status: z.enum(EVALUATOR_STATUSES),
  /** Why it is paused: a name for programs and a sentence for people; else null. */
  pausedReason: z.string().nullable(),
  pausedMessage: z.string().nullable(),
  createdAt: timestamp,
  /** When the version was made, or name or description changed. */
  updatedAt: timestamp,
  /** Of the version that is shown. */
  versionCreatedAt: timestamp,
});

/** One version of an evaluator, the newest unless another was asked for. */
export const evaluator = z.discriminatedUnion('type', [
  base.extend({
    type: z.literal('llm_as_judge'),
    prompt: judgePrompt,
    outputDefinition: keptOutputDefinition,
    modelConfig: modelConfig.nullable(),
    modelParams: z.record(z.string(), z.unknown()).nullable(),
  }),
  base.extend({ type: z.literal('code'), sourceCode: z.string(), sourceCodeLanguage: z.enum(SOURCE_CODE_LANGUAGES) }),
]);
export type Evaluator = z.output<typeof evaluator>;

export const TEMPLATE_CATEGORIES = ['quality', 'grounding', 'safety', 'style', 'format'] as const;

/** An evaluator of ours to start from: its definition is what `createEvaluatorInput` takes. */
export const evaluatorTemplate = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.enum(TEMPLATE_CATEGORIES),
  definition: z.discriminatedUnion('type', [
    z.object({ type: z.literal('llm_as_judge'), prompt: z.string(), outputDefinition, variables: z.array(z.string()) }),
    z.object({ type: z.literal('code'), ...code }),
  ]),
});
export type EvaluatorTemplate = z.output<typeof evaluatorTemplate>;

/** Narrows the list of templates; `search` looks at names and descriptions, without case. */
export const templateFilter = z.object({
  search: z.string().optional(),
  category: z.enum(TEMPLATE_CATEGORIES).optional(),
  type: z.enum(EVALUATOR_TYPES).optional(),
});
export type TemplateFilter = z.output<typeof templateFilter>;
