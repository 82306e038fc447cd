import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { ZodError, z } from 'zod';
import { createKeyInput, membershipRole, organisationInput } from '../../../contract/organisation.ts';
import { storable } from '../../../contract/storable.ts';
import type { InstanceAdministration } from '../../domains/access/index.ts';
import { refuseDeepBodies } from '../deep-bodies.ts';
import { createdKeyBody, keySummary } from '../langfuse/api-key-body.ts';
import { acceptEmptyJson } from '../langfuse/empty-json.ts';
import { answerOf } from '../langfuse/errors.ts';
import { organisationProjectBody } from '../langfuse/project-body.ts';
import { requireAdmin } from './admin-key.ts';

const ofOrganisation = z.object({ organizationId: storable });
const ofKey = ofOrganisation.extend({ apiKeyId: storable });

const invitationInput = z.object({
  email: storable.trim().max(254).pipe(z.email()),
  name: storable.trim().max(100).optional(),
  role: membershipRole.default('MEMBER'),
});

const organisationBody = (organisation: Awaited<ReturnType<InstanceAdministration['getOrganisation']>>) => ({
  id: organisation.id,
  name: organisation.name,
  createdAt: organisation.createdAt.toISOString(),
  metadata: organisation.metadata,
  projects: organisation.projects.map(organisationProjectBody),
});

/**
 * Organisations and their own keys, for the administrator of the instance: to be registered at `/api/admin`. Shapes are those of the
 * public specification of Langfuse's instance management API; creates answer 201. An error is `{message, error}` with a sentence in
 * both; what breaks a schema has its `issues` beside them.
 */
export function adminOrganisationRoutes({
  adminApiKey,
  instance,
}: {
  adminApiKey: string | undefined;
  instance: InstanceAdministration;
}): FastifyPluginAsync {
  return async (fastify) => {
    acceptEmptyJson(fastify);
    refuseDeepBodies(fastify);
    fastify.addHook('onRequest', async (request) => requireAdmin(adminApiKey, request));
    fastify.setErrorHandler((error, request, reply) => {
      const { status, body, headers } = answerOf(error);
      if (status === 500) request.log.error({ err: error }, 'request failed');
      reply.code(status).headers(headers);
      if (error instanceof ZodError) return say(reply, 'Invalid request body or path', { issues: error.issues });
      return say(reply, String(body.message));
    });
    fastify.setNotFoundHandler((request, reply) => {
      requireAdmin(adminApiKey, request);
      const path = request.url.split('?', 1)[0]!.replace(/\/$/, '');
      const methods = METHODS.find(([known]) => known.test(path))?.[1];
      if (methods !== undefined) return say(reply.code(405).header('allow', methods), 'Method Not Allowed');
      return say(reply.code(404), `No such route: ${request.method} ${path}`);
    });

    fastify.get('/organizations', async () => ({ organizations: (await instance.listOrganisations()).map(organisationBody) }));

    fastify.post('/organizations', async (request, reply) => {
      const made = await instance.createOrganisation(organisationInput.parse(request.body));
      return reply.code(201).send(organisationBody(made));
    });

    fastify.get('/organizations/:organizationId', async (request) => {
      const { organizationId } = ofOrganisation.parse(request.params);
      return organisationBody(await instance.getOrganisation(organizationId));
    });

    fastify.put('/organizations/:organizationId', async (request) => {
      const { organizationId } = ofOrganisation.parse(request.params);
      return organisationBody(await instance.updateOrganisation(organizationId, organisationInput.parse(request.body)));
    });

    fastify.delete('/organizations/:organizationId', async (request) => {
      await instance.deleteOrganisation(ofOrganisation.parse(request.params).organizationId);
      return { success: true };
    });

    // Ours: whoever has an account comes into an organisation by a link that they follow (docs/adr/016).
    fastify.post('/organizations/:organizationId/invitations', async (request, reply) => {
      const { organizationId } = ofOrganisation.parse(request.params);
      const { email, name, role } = invitationInput.parse(request.body);
      const { invitation, link, mailed } = await instance.invite(organizationId, {
        email,
        name: name || email.split('@')[0]!,
        role,
      });
      const expiresAt = invitation.expiresAt.toISOString();
      return reply.code(201).send({ id: invitation.id, email: invitation.email, role: invitation.role, expiresAt, link, mailed });
    });

    fastify.get('/organizations/:organizationId/apiKeys', async (request) => {
      const { organizationId } = ofOrganisation.parse(request.params);
      return { apiKeys: (await instance.listKeys(organizationId)).map(keySummary) };
    });

    fastify.post('/organizations/:organizationId/apiKeys', async (request, reply) => {
      const { organizationId } = ofOrganisation.parse(request.params);
      const made = await instance.createKey(organizationId, createKeyInput.parse(request.body ?? {}));
      return reply.code(201).send(createdKeyBody(made));
    });

    fastify.delete('/organizations/:organizationId/apiKeys/:apiKeyId', async (request) => {
      const { organizationId, apiKeyId } = ofKey.parse(request.params);
      await instance.deleteKey(organizationId, apiKeyId);
      return { success: true };
    });
  };
}

const METHODS: [RegExp, string][] = [
  [/\/organizations$/, 'GET, POST'],
  [/\/organizations\/[^/]+$/, 'DELETE, GET, PUT'],
  [/\/organizations\/[^/]+\/invitations$/, 'POST'],
  [/\/organizations\/[^/]+\/apiKeys$/, 'GET, POST'],
  [/\/organizations\/[^/]+\/apiKeys\/[^/]+$/, 'DELETE'],
];

const say = (reply: FastifyReply, sentence: string, more: Record<string, unknown> = {}) =>
  reply.send({ message: sentence, error: sentence, ...more });
