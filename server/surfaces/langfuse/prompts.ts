import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createPromptInput, newLabels, PRODUCTION, type Prompt, promptVersion } from '../../../contract/prompt.ts';
import { promptConditions } from '../../../contract/prompt-filter.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Prompts } from '../../domains/prompts/index.ts';
import { AppError } from '../../lib/errors.ts';
import { namingErrorHandler } from './errors.ts';
import { createTaggedAnswers } from './etag.ts';
import { flag, pageMeta, pageParams, text, time } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const version = z.preprocess(
  (value) => (value === '' ? undefined : value),
  z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
);
const storableText = text.refine((value) => value === undefined || isStorable(value), 'must not contain the character NUL');

/** The value of a JSON text; the text itself when it is none, which fits no list of conditions. */
function readJson(given: string | undefined): unknown {
  try {
    return given === undefined ? undefined : JSON.parse(given);
  } catch {
    return given;
  }
}

const listParams = z.object({
  ...pageParams,
  limit: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(1).max(100).default(10)),
  name: storableText,
  label: storableText,
  tag: storableText,
  fromUpdatedAt: time,
  toUpdatedAt: time,
  filter: text.transform(readJson).pipe(promptConditions.optional()),
});
const nameParams = z.union([z.object({ promptName: z.string() }), z.object({ '*': z.string() })]);
const versionParams = z.object({ promptName: z.string(), version: z.coerce.number().pipe(promptVersion) });
const getParams = z.object({ version, label: text, resolve: flag });
const deleteParams = z.object({ version, label: text });
const labelsBody = z.object({ newLabels });
const isActive = z.object({ isActive: z.boolean().nullish() });

const legacyGetParams = z.object({ name: z.preprocess((value) => (value === '' ? undefined : value), z.string()), version });
const legacyCreateBody = z.object({ isActive: z.boolean() });

/** `Prompt` of the contract with the keys that the server adds. */
export const promptBody = (prompt: Prompt) => ({ ...prompt, isActive: prompt.labels.includes(PRODUCTION) });

/** A new version; `isActive`, the form of before labels, stands for the label `production`. */
function readNew(body: unknown) {
  const given = createPromptInput.parse(body);
  const active = isActive.parse(body).isActive === true;
  return active ? { ...given, labels: [...new Set([...(given.labels ?? []), PRODUCTION])] } : given;
}

const nameOf = ({ params }: FastifyRequest): string => {
  const named = nameParams.parse(params);
  return 'promptName' in named ? named.promptName : named['*'];
};

/** Prompts of the Langfuse API, both versions (contract §1.7). Names come URL-encoded, with their folders. */
export function promptRoutes(deps: Pick<ReadDeps, 'access'> & { prompts: Prompts }): FastifyPluginAsync {
  const { access, prompts } = deps;
  const sendTagged = createTaggedAnswers(promptBody);
  return async (fastify) => {
    fastify.setErrorHandler(namingErrorHandler);

    fastify.get('/v2/prompts', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit, filter: conditions, ...filter } = listParams.parse(request.query);
      const { data, totalCount } = await prompts.list(projectId, { ...filter, conditions }, page, limit);
      const meta = pageMeta(page, limit, totalCount);
      return { data, meta, pagination: meta };
    });

    fastify.post('/v2/prompts', async (request, reply) => {
      const projectId = await projectOf(access, request);
      const created = await prompts.create(projectId, readNew(request.body));
      return reply.code(201).send(promptBody(created));
    });

    // `*` takes the name whose folders were not encoded, as clients of the second generation for Python send it: `folder/name`.
    for (const path of ['/v2/prompts/:promptName', '/v2/prompts/*']) {
      fastify.get(path, async (request, reply) => {
        const projectId = await projectOf(access, request);
        const { resolve, ...selector } = getParams.parse(request.query);
        return sendTagged(request, reply, await prompts.get(projectId, nameOf(request), selector, resolve));
      });

      fastify.delete(path, async (request, reply) => {
        const projectId = await projectOf(access, request);
        await prompts.remove(projectId, nameOf(request), deleteParams.parse(request.query));
        return reply.code(204).send();
      });
    }

    fastify.patch('/v2/prompts/:promptName/versions/:version', async (request) => setLabels(request, request.params));
    fastify.patch<{ Params: { '*': string } }>('/v2/prompts/*', async (request, reply) => {
      await projectOf(access, request);
      const [, promptName, version] = /^(.+)\/versions\/([^/]+)$/.exec(request.params['*']) ?? [];
      // Any other path here is that of a prompt, which is not changed but gets another version.
      if (promptName === undefined) {
        reply.header('allow', 'DELETE, GET, HEAD');
        throw new AppError(405, 'MethodNotAllowedError', 'Method not allowed');
      }
      return setLabels(request, { promptName, version });
    });

    async function setLabels(request: FastifyRequest, params: unknown) {
      const projectId = await projectOf(access, request);
      const { promptName, version } = versionParams.parse(params);
      const body = labelsBody.parse(request.body);
      return promptBody(await prompts.putLabels(projectId, promptName, version, body.newLabels));
    }

    fastify.get('/prompts', async (request, reply) => {
      const projectId = await projectOf(access, request);
      const { name, ...selector } = legacyGetParams.parse(request.query);
      return sendTagged(request, reply, await prompts.get(projectId, name, selector));
    });

    fastify.post('/prompts', async (request, reply) => {
      const projectId = await projectOf(access, request);
      legacyCreateBody.parse(request.body);
      const created = await prompts.create(projectId, readNew(request.body));
      return reply.code(201).send(promptBody(created));
    });
  };
}
