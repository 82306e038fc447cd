import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createKeyInput, langfuseProjectInput } from '../../../contract/organisation.ts';
import { storable } from '../../../contract/storable.ts';
import type { Access, OrganisationAdministration } from '../../domains/access/index.ts';
import { notFound } from '../../lib/errors.ts';
import { createdKeyBody, keySummary } from './api-key-body.ts';
import { organisationOf } from './organisation-key.ts';
import { projectBody } from './project-body.ts';

const ofProject = z.object({ projectId: storable });
const ofKey = ofProject.extend({ apiKeyId: storable });

/** What an organisation's key does with projects and their keys (contract §1.17). */
export function organisationProjectRoutes({
  access,
  organisation,
}: {
  access: Pick<Access, 'authenticateKey' | 'findProject'>;
  organisation: OrganisationAdministration;
}): FastifyPluginAsync {
  /** The project as it is shown, with the name of its organisation. */
  const show = async (projectId: string) => {
    const project = await access.findProject(projectId);
    if (!project) throw notFound('Project not found');
    return projectBody(project, project.organisation);
  };
  const projectIn = (request: FastifyRequest) => ofProject.parse(request.params).projectId;
  /** The project of the path and who asks: what is not there is told before the body is looked at. */
  const ownProject = async (request: FastifyRequest) => {
    const by = await organisationOf(access, request);
    const projectId = projectIn(request);
    await organisation.requireProject(by, projectId);
    return { by, projectId };
  };

  return async (fastify) => {
    fastify.post('/projects', async (request, reply) => {
      const by = await organisationOf(access, request);
      const { id } = await organisation.createProject(by, langfuseProjectInput.parse(request.body));
      return reply.code(201).send(await show(id));
    });

    fastify.put('/projects/:projectId', async (request) => {
      const { by, projectId } = await ownProject(request);
      const { id } = await organisation.updateProject(by, projectId, langfuseProjectInput.parse(request.body));
      return show(id);
    });

    fastify.delete('/projects/:projectId', async (request, reply) => {
      const by = await organisationOf(access, request);
      await organisation.deleteProject(by, projectIn(request));
      return reply
        .code(202)
        .send({ success: true, message: 'The project is deleted; what it holds is being cleared away in the background.' });
    });

    fastify.get('/projects/:projectId/apiKeys', async (request) => {
      const by = await organisationOf(access, request);
      return { apiKeys: (await organisation.listKeys(by, projectIn(request))).map(keySummary) };
    });

    fastify.post('/projects/:projectId/apiKeys', async (request, reply) => {
      const { by, projectId } = await ownProject(request);
      const made = await organisation.createKey(by, projectId, createKeyInput.parse(request.body ?? {}));
      return reply.code(201).send(createdKeyBody(made));
    });

    fastify.delete('/projects/:projectId/apiKeys/:apiKeyId', async (request) => {
      const by = await organisationOf(access, request);
      const { projectId, apiKeyId } = ofKey.parse(request.params);
      await organisation.deleteKey(by, projectId, apiKeyId);
      return { success: true };
    });
  };
}
