import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import {
  createSkillVersionInput,
  MAX_SKILL_CONTENTS,
  sha256Hash,
  skillLabels,
  skillTags,
  skillVersionNumber,
} from '../../../contract/skill.ts';
import type { Skills } from '../../domains/skills/index.ts';
import { applyPublicErrors } from './conventions.ts';
import { pageMeta, pageParams, storableText, text, time } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

const listParams = z.object({
  ...pageParams,
  name: storableText,
  search: storableText,
  tag: storableText,
  fromUpdatedAt: time,
  toUpdatedAt: time,
});
const getParams = z.object({
  version: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().pipe(skillVersionNumber).optional()),
  label: text,
});
const contentParams = z.object({
  sha256Hashes: z
    .string()
    .transform((given) => given.split(','))
    .pipe(z.array(sha256Hash).min(1).max(MAX_SKILL_CONTENTS)),
});
const oneParams = z.object({ skillName: z.string() });
const versionParams = oneParams.extend({ skillVersion: z.coerce.number().pipe(skillVersionNumber) });
const tagsBody = z.object({ tags: skillTags });
const labelsBody = z.object({ labels: skillLabels });

/** Skills of the Langfuse API. Register it at `/unstable/skills`; unlike the rest of that part it has the common error bodies. */
export function skillRoutes(deps: { access: ReadDeps['access']; skills: Skills }): FastifyPluginAsync {
  const { access, skills } = deps;
  return async (fastify) => {
    applyPublicErrors(fastify);

    fastify.get('/', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit, ...filter } = listParams.parse(request.query);
      const { data, totalItems } = await skills.list(projectId, filter, page, limit);
      const meta = pageMeta(page, limit, totalItems);
      return { data, meta: { ...meta, hasNextPage: page < meta.totalPages } };
    });

    fastify.post('/', async (request, reply) => {
      const projectId = await projectOf(access, request);
      return reply.code(201).send(await skills.createVersion(projectId, createSkillVersionInput.parse(request.body)));
    });

    fastify.get('/files/content', async (request, reply) => {
      const projectId = await projectOf(access, request);
      const { sha256Hashes } = contentParams.parse(request.query);
      const data = await skills.readContents(projectId, sha256Hashes);
      return reply.header('cache-control', 'no-store').send({ data });
    });

    fastify.get('/:skillName', async (request) => {
      const projectId = await projectOf(access, request);
      return skills.get(projectId, oneParams.parse(request.params).skillName, getParams.parse(request.query));
    });

    fastify.patch('/:skillName', async (request) => {
      const projectId = await projectOf(access, request);
      const { skillName } = oneParams.parse(request.params);
      return skills.setTags(projectId, skillName, tagsBody.parse(request.body).tags);
    });

    fastify.patch('/:skillName/versions/:skillVersion', async (request) => {
      const projectId = await projectOf(access, request);
      const { skillName, skillVersion } = versionParams.parse(request.params);
      return skills.setLabels(projectId, skillName, skillVersion, labelsBody.parse(request.body).labels);
    });

    fastify.delete('/:skillName/versions/:skillVersion', async (request) => {
      const projectId = await projectOf(access, request);
      const { skillName, skillVersion } = versionParams.parse(request.params);
      await skills.deleteVersion(projectId, skillName, skillVersion);
      return { deleted: true };
    });
  };
}
