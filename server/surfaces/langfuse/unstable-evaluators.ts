import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { createEvaluatorInput, type Evaluator } from '../../../contract/evaluator.ts';
import { type Evaluators, textOfPrompt } from '../../domains/evaluators/index.ts';
import { pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { bodyOf, queryOf } from './unstable-errors.ts';

/** Here a prompt is one text. */
const createBody = createEvaluatorInput.refine(
  ({ type, ...given }) => type === 'code' || !('prompt' in given) || typeof given.prompt === 'string',
  {
    path: ['prompt'],
    message: 'must be a text',
  },
);
const listParams = z.object(pageParams);
const oneParams = z.object({ evaluatorId: z.string() });

/** Evaluators of the Langfuse API (contract §1.18). */
export function unstableEvaluatorRoutes(deps: { access: ReadDeps['access']; evaluators: Evaluators }): FastifyPluginAsync {
  const { access, evaluators } = deps;
  return async (fastify) => {
    fastify.post('/evaluators', async (request) => {
      const projectId = await projectOf(access, request);
      return bodyOfEvaluator(await evaluators.create(projectId, bodyOf(createBody, request)));
    });

    fastify.get('/evaluators', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = queryOf(listParams, request);
      const { data, totalItems } = await evaluators.list(projectId, page, limit);
      return { data: data.map(bodyOfEvaluator), meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/evaluators/:evaluatorId', async (request) => {
      const projectId = await projectOf(access, request);
      return bodyOfEvaluator(await evaluators.get(projectId, oneParams.parse(request.params).evaluatorId));
    });

    fastify.delete('/evaluators/:evaluatorId', async (request) => {
      const projectId = await projectOf(access, request);
      await evaluators.delete(projectId, oneParams.parse(request.params).evaluatorId);
      return { message: 'Evaluator successfully deleted' };
    });
  };
}

/** Appendix A `u_Evaluator`; Python 4 does not read it without a scope (contract §8.21). A conversation is shown as one text. */
function bodyOfEvaluator(evaluator: Evaluator) {
  const { id, name, version, variables, mapping, evaluationRuleCount, createdAt, updatedAt } = evaluator;
  const base = { id, name, scope: 'project', version, variables, mapping, evaluationRuleCount, createdAt, updatedAt };
  if (evaluator.type === 'code') {
    const { type, sourceCode, sourceCodeLanguage } = evaluator;
    return { ...base, type, sourceCode, sourceCodeLanguage };
  }
  const { type, prompt, outputDefinition, modelConfig } = evaluator;
  return { ...base, type, prompt: textOfPrompt(prompt), outputDefinition, modelConfig };
}
