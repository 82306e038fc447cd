import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import {
  type CreateEvaluatorInput,
  categories,
  type Evaluator,
  evaluatorDescription,
  evaluatorName,
  instructions,
  judgePrompt,
  modelConfig,
  type OutputDefinition,
  SOURCE_CODE_LANGUAGES,
  sourceCode,
  type UpdateEvaluatorInput,
  type VariableMapping,
  variableMapping,
} from '../../../contract/evaluator.ts';
import type { Evaluators } from '../../domains/evaluators/index.ts';
import { refuse } from '../../lib/refuse.ts';
import { applyErrorBodies } from './error-bodies.ts';
import { evaluationErrorHandler } from './evaluation-errors.ts';
import { cursorPage, cursorParams } from './number-cursor.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { bodyOf, queryOf } from './unstable-errors.ts';

const said = { scoreReasoningInstructions: instructions.nullish(), scoreValueInstructions: instructions.nullish() };
const flatOutput = z
  .discriminatedUnion('dataType', [
    z.object({ dataType: z.literal('NUMERIC'), minValue: z.number().nullish(), maxValue: z.number().nullish(), ...said }),
    z.object({ dataType: z.literal('BOOLEAN'), ...said }),
    z.object({ dataType: z.literal('CATEGORICAL'), categories, shouldAllowMultipleMatches: z.boolean(), ...said }),
  ])
  .superRefine((given, context) => {
    if (given.dataType !== 'NUMERIC' || (given.minValue ?? -Infinity) <= (given.maxValue ?? Infinity)) return;
    context.addIssue({ code: 'custom', path: ['maxValue'], message: 'must not be less than minValue' });
  })
  .transform(({ scoreReasoningInstructions, scoreValueInstructions, ...given }) => {
    const reasoning = { description: scoreReasoningInstructions ?? '' };
    const { dataType, ...values } = given;
    return { dataType, reasoning, score: { description: scoreValueInstructions ?? '', ...values } } as OutputDefinition;
  });

const judge = z.object({
  type: z.literal('llm_as_judge'),
  prompt: judgePrompt,
  modelConfig: modelConfig.nullish(),
  variableMapping: z.array(variableMapping).max(100).nullish(),
  outputDefinition: flatOutput,
});
const code = z.object({
  type: z.literal('code'),
  sourceCode,
  sourceCodeLanguage: z.enum(SOURCE_CODE_LANGUAGES),
});
const about = { name: evaluatorName, description: evaluatorDescription };
const createBody = z.discriminatedUnion('type', [judge.extend(about), code.extend(about)]);

const metadata = z.object({ name: evaluatorName.optional(), description: evaluatorDescription });
const definition = z.discriminatedUnion('type', [judge, code]);
const DEFINITION_FIELDS = Object.keys({ ...judge.shape, ...code.shape });
/** Name and description, and a definition as a whole where one of its fields is given. */
const updateBody = z
  .looseObject({})
  .refine((given) => Object.keys(metadata.shape).some((key) => given[key] !== undefined) || redefines(given), {
    message: 'needs at least one field to change',
  })
  .transform((given, context) => {
    const parts = [metadata.safeParse(given), ...(redefines(given) ? [definition.safeParse(given)] : [])] as const;
    for (const { error } of parts)
      for (const issue of error?.issues ?? []) context.issues.push({ ...issue, input: given } as never);
    return { metadata: parts[0].data ?? {}, definition: parts[1]?.data ?? null };
  });
const redefines = (given: Record<string, unknown>) => DEFINITION_FIELDS.some((key) => given[key] !== undefined);

const oneParams = z.object({ evaluatorId: z.string() });

/** Evaluators of the Langfuse API, second version: by id, names need not differ (docs/adr/007). Register it at `/v2/evaluators`. */
export function evaluatorV2Routes(deps: { access: ReadDeps['access']; evaluators: Evaluators }): FastifyPluginAsync {
  const { access, evaluators } = deps;
  return async (fastify) => {
    applyErrorBodies(fastify, evaluationErrorHandler('evaluator'));

    fastify.post('/', async (request, reply) => {
      const projectId = await projectOf(access, request);
      const { name, description, ...given } = bodyOf(createBody, request);
      const made = await evaluators.createAnother(projectId, { name, description, ...kept(given) } as CreateEvaluatorInput);
      return reply.code(201).send(bodyOfEvaluator(made));
    });

    fastify.get('/', async (request) => {
      const projectId = await projectOf(access, request);
      const { cursor = null, limit } = queryOf(cursorParams, request);
      const { data, next } = await evaluators.listBefore(projectId, cursor, limit);
      return cursorPage(data.map(bodyOfEvaluator), next);
    });

    fastify.get('/:evaluatorId', async (request) => {
      const projectId = await projectOf(access, request);
      return bodyOfEvaluator(await evaluators.get(projectId, oneParams.parse(request.params).evaluatorId));
    });

    fastify.get('/:evaluatorId/versions', async (request) => {
      const projectId = await projectOf(access, request);
      const { evaluatorId } = oneParams.parse(request.params);
      const { cursor = null, limit } = queryOf(cursorParams, request);
      const { data, next } = await evaluators.listVersionsBefore(projectId, evaluatorId, cursor, limit);
      return cursorPage(data.map(bodyOfVersion), next);
    });

    fastify.patch('/:evaluatorId', async (request) => {
      const projectId = await projectOf(access, request);
      const { evaluatorId } = oneParams.parse(request.params);
      const given = bodyOf(updateBody, request);
      const changes: UpdateEvaluatorInput = { ...given.metadata };
      if (given.definition) {
        const { type, ...fields } = kept(given.definition);
        const before = await evaluators.get(projectId, evaluatorId);
        if (before.type !== type) throw otherType(before);
        Object.assign(changes, fields);
      }
      return bodyOfEvaluator(await evaluators.update(projectId, evaluatorId, changes, { sharedName: true }));
    });

    fastify.delete('/:evaluatorId', async (request) => {
      const projectId = await projectOf(access, request);
      const { evaluatorId } = oneParams.parse(request.params);
      await evaluators.delete(projectId, evaluatorId, { detach: true });
      return { id: evaluatorId };
    });
  };
}

const otherType = ({ name, type }: Evaluator) =>
  refuse(`The evaluator "${name}" is of type ${type}; a type cannot be changed.`, { reason: 'conflict', evaluatorName: name });

/** A whole definition as it is kept: what is not given is null, so that it replaces what was there. */
function kept(given: z.output<typeof definition>) {
  if (given.type === 'code') return given;
  const { variableMapping: mapping = null, modelConfig: model = null, ...rest } = given;
  return { ...rest, mapping, modelConfig: model, modelParams: null };
}

/** `Evaluator` of contract/langfuse/evaluators-v2.ts. Nobody is known to have made one, and since when it is paused is not kept. */
function bodyOfEvaluator(evaluator: Evaluator) {
  const { id, name, description, version, status, pausedReason, pausedMessage, createdAt, updatedAt } = evaluator;
  return {
    id,
    name,
    description,
    createdBy: null,
    status,
    pausedAt: null,
    pausedReason,
    pausedMessage,
    evaluationRuleAssignments: evaluator.evaluationRules.map(({ id: evaluationRuleId, mapping }) => ({
      evaluationRuleId,
      ...(mapping && { variableMappingOverride: mapping.map(mappingBody) }),
    })),
    createdAt,
    updatedAt,
    versionId: versionIdOf(evaluator),
    version,
    versionCreatedAt: evaluator.versionCreatedAt,
    versionCreatedBy: null,
    ...definitionBody(evaluator),
  };
}

const bodyOfVersion = (evaluator: Evaluator) => ({
  id: versionIdOf(evaluator),
  version: evaluator.version,
  createdAt: evaluator.versionCreatedAt,
  createdBy: null,
  ...definitionBody(evaluator),
});

/** A version is known by its evaluator and its number. */
const versionIdOf = ({ id, version }: Evaluator): string => `${id}-v${version}`;

function definitionBody(evaluator: Evaluator) {
  if (evaluator.type === 'code') {
    const { type, sourceCode: source, sourceCodeLanguage } = evaluator;
    return { type, sourceCode: source, sourceCodeLanguage };
  }
  const { type, prompt, variables, mapping, modelConfig: model, outputDefinition } = evaluator;
  return {
    type,
    prompt: typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt,
    variables,
    variableMapping: mapping?.map(mappingBody) ?? null,
    modelConfig: model,
    outputDefinition: outputBody(outputDefinition),
  };
}

/** Without a path when there is none. */
export const mappingBody = ({ variable, source, jsonPath }: VariableMapping) => ({
  variable,
  source,
  ...(jsonPath != null && { jsonPath }),
});

/** Flat; what is empty or null is left out. */
function outputBody({ dataType, reasoning, score: { description, ...values } }: OutputDefinition) {
  const given = Object.entries({
    ...values,
    scoreReasoningInstructions: reasoning.description || null,
    scoreValueInstructions: description || null,
  });
  return { dataType, ...Object.fromEntries(given.filter(([, value]) => value != null)) };
}
