import { z } from 'zod';
import {
  createEvaluatorInput,
  type Evaluator,
  MAPPING_SOURCES,
  outputDefinition,
  SOURCE_CODE_LANGUAGES,
  TEMPLATE_CATEGORIES,
  updateEvaluatorInput,
} from '../../../../contract/evaluator.ts';
import { type Evaluators, listEvaluatorTemplates } from '../../../domains/evaluators/index.ts';
import { invalidRequest } from '../../../lib/errors.ts';
import { id, paged, pageFields } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';

/** Types under the names that the tools have; the operations have lower-case ones. */
const type = z.enum(['LLM_AS_JUDGE', 'CODE']);
const typeOf = (given: z.output<typeof type>): Evaluator['type'] => (given === 'CODE' ? 'code' : 'llm_as_judge');

const evaluatorId = id('evaluator');
const fields = {
  description: z.string().optional(),
  prompt: z.string().optional().describe('LLM_AS_JUDGE: what the judge is asked. {{name}} marks a variable.'),
  provider: z.string().optional().describe('LLM connection of the project. With model; without both: the default model.'),
  model: z.string().optional(),
  modelParams: z.record(z.string(), z.unknown()).optional().describe('temperature, max_tokens, …'),
  outputDefinition: outputDefinition
    .optional()
    .describe('LLM_AS_JUDGE: what the judge answers, a reason and a score of one data type.'),
  sourceCode: z.string().optional().describe('CODE: a function evaluate.'),
  sourceCodeLanguage: z.enum(SOURCE_CODE_LANGUAGES).optional(),
  variableMapping: z
    .array(
      z.object({
        templateVariable: z.string(),
        selectedColumnId: z.enum(MAPPING_SOURCES),
        jsonSelector: z.string().optional().describe('JSONPath of a part of it.'),
      }),
    )
    .optional()
    .describe('What fills the variables of the prompt.'),
};

interface Given {
  provider?: string | undefined;
  model?: string | undefined;
  variableMapping?: z.output<typeof fields.variableMapping>;
}

/** The fields as the operations name them. @throws AppError 400 for half a model */
function given<T extends Given>({ provider, model, variableMapping, ...rest }: T) {
  if ((provider === undefined) !== (model === undefined))
    throw invalidRequest('provider and model go together: give both or none.');
  return {
    ...rest,
    ...(provider !== undefined && { modelConfig: { provider, model } }),
    ...(variableMapping && {
      mapping: variableMapping.map(({ templateVariable: variable, selectedColumnId: source, jsonSelector: jsonPath }) => ({
        variable,
        source,
        ...(jsonPath !== undefined && { jsonPath }),
      })),
    }),
  };
}

/** Evaluators and the templates to start from (contract §1.18, §6). */
export function evaluatorTools(evaluators: Evaluators): Tool[] {
  return [
    tool({
      name: 'listManagedEvaluatorTemplates',
      description: 'List the built-in evaluators to start from, with their definitions for createEvaluator.',
      effect: 'reads',
      input: z.object({
        search: z.string().optional().describe('Words in name or description.'),
        category: z.enum(TEMPLATE_CATEGORIES).optional(),
        type: type.optional(),
      }),
      run: async ({ type: only, ...filter }) => ({
        data: listEvaluatorTemplates({ ...filter, ...(only && { type: typeOf(only) }) }),
      }),
    }),
    tool({
      name: 'listEvaluators',
      description: "List the project's evaluators in their newest versions.",
      effect: 'reads',
      input: z.object(pageFields),
      async run(page, { projectId }) {
        const { data, totalItems } = await evaluators.list(projectId, page.page, page.limit);
        return paged(data, page, totalItems);
      },
    }),
    tool({
      name: 'getEvaluator',
      description: 'Get the newest version of an evaluator.',
      effect: 'reads',
      input: z.object({ evaluatorId }),
      run: (input, { projectId }) => evaluators.get(projectId, input.evaluatorId),
    }),
    tool({
      name: 'createEvaluator',
      description:
        'Make an evaluator: a model that judges by a prompt, or code. A name that the project has already gets a new version.',
      effect: 'changes',
      input: z.object({ name: z.string().min(1), type, ...fields }),
      run: ({ type: kind, ...input }, { projectId }) =>
        evaluators.create(projectId, createEvaluatorInput.parse({ ...given(input), type: typeOf(kind) })),
    }),
    tool({
      name: 'updateEvaluator',
      description:
        'Change an evaluator; absent fields stay. Everything but name and description makes a new version, which rules use from now on.',
      effect: 'changes',
      input: z.object({
        evaluatorId,
        name: z.string().min(1).optional(),
        type: type.optional().describe('Cannot change: as it is, or absent.'),
        ...fields,
      }),
      async run({ evaluatorId: which, type: kind, ...input }, { projectId }) {
        if (kind !== undefined) {
          const now = await evaluators.get(projectId, which);
          if (now.type !== typeOf(kind)) throw invalidRequest('type: cannot change. Make another evaluator.');
        }
        return evaluators.update(projectId, which, updateEvaluatorInput.parse(given(input)));
      },
    }),
    tool({
      name: 'deleteEvaluator',
      description: 'Delete an evaluator with all versions. Refused while rules use it; its scores stay.',
      effect: 'changes',
      input: z.object({ evaluatorId }),
      async run(input, { projectId }) {
        await evaluators.delete(projectId, input.evaluatorId);
        return { message: 'Evaluator successfully deleted' };
      },
    }),
  ];
}
