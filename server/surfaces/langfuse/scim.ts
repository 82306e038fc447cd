import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError, z } from 'zod';
import { isStorable, storable } from '../../../contract/storable.ts';
import { type Access, LastOwnerError, type Member, type OrganisationAdministration } from '../../domains/access/index.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { acceptEmptyJson } from './empty-json.ts';
import { answerOf } from './errors.ts';
import { organisationOf } from './organisation-key.ts';
import {
  ERROR,
  LIST_RESPONSE,
  MAX_RESULTS,
  resourceTypes,
  schemas,
  serviceProviderConfig,
  USER_SCHEMA,
} from './scim-documents.ts';
import { createUserInput, listUsersInput, patchUserInput, replaceUserInput, userNameOf } from './scim-input.ts';

const oneUser = z.object({ userId: storable });

/** `ScimUser` of the contract's Appendix A. */
const userBody = ({ userId, email, name, createdAt }: Member) => ({
  schemas: [USER_SCHEMA],
  id: userId,
  userName: email,
  name: { formatted: name },
  emails: [{ primary: true, value: email, type: 'work' }],
  meta: { resourceType: 'User', created: createdAt, lastModified: createdAt },
});

/**
 * Users of an organisation as identity providers manage them (contract §1.17): a user is a member, deprovisioning ends the membership,
 * and the account stays. Every error has SCIM's body (contract §0.2).
 */
export function scimRoutes({
  access,
  organisation,
}: {
  access: Pick<Access, 'authenticateKey'>;
  organisation: OrganisationAdministration;
}): FastifyPluginAsync {
  const userIn = (request: FastifyRequest): string => {
    const { userId } = request.params as { userId: string };
    if (!isStorable(userId)) throw notFound('User not found');
    return oneUser.parse({ userId }).userId;
  };

  return async (fastify) => {
    acceptEmptyJson(fastify, ['application/scim+json']);
    fastify.setErrorHandler((error, request, reply) => {
      const { status, detail, headers } = describe(error);
      if (status === 500) request.log.error({ err: error }, 'request failed');
      return reply
        .code(status)
        .headers(headers)
        .send({ schemas: [ERROR], detail, status });
    });

    fastify.get('/scim/ServiceProviderConfig', async (request) => {
      await organisationOf(access, request);
      return serviceProviderConfig;
    });

    fastify.get('/scim/ResourceTypes', async (request) => {
      await organisationOf(access, request);
      return resourceTypes;
    });

    fastify.get('/scim/Schemas', async (request) => {
      await organisationOf(access, request);
      return schemas;
    });

    fastify.get('/scim/Users', async (request) => {
      const by = await organisationOf(access, request);
      const { filter, startIndex, count } = listUsersInput.parse(request.query);
      const members = await organisation.listMembers(by, filter ? userNameOf(filter) : undefined);
      const page = members.slice(startIndex - 1, startIndex - 1 + Math.min(count, MAX_RESULTS));
      return {
        schemas: [LIST_RESPONSE],
        totalResults: members.length,
        startIndex,
        itemsPerPage: page.length,
        Resources: page.map(userBody),
      };
    });

    fastify.post('/scim/Users', async (request, reply) => {
      const by = await organisationOf(access, request);
      return reply.code(201).send(userBody(await organisation.provision(by, createUserInput.parse(request.body))));
    });

    fastify.get('/scim/Users/:userId', async (request) => {
      const by = await organisationOf(access, request);
      return userBody(await organisation.getMember(by, userIn(request)));
    });

    fastify.put('/scim/Users/:userId', async (request, reply) => {
      const by = await organisationOf(access, request);
      const userId = userIn(request);
      const { active, roles } = replaceUserInput.parse(request.body);
      if (active === false) return answerDeprovisioned(reply, await deprovision(by, userId));
      return userBody(await organisation.setMember(by, userId, roles));
    });

    fastify.patch('/scim/Users/:userId', async (request, reply) => {
      const by = await organisationOf(access, request);
      const userId = userIn(request);
      const { active } = patchUserInput.parse(request.body);
      if (!active) return answerDeprovisioned(reply, await deprovision(by, userId));
      return userBody(await organisation.setMember(by, userId, undefined));
    });

    fastify.delete('/scim/Users/:userId', async (request, reply) => {
      const by = await organisationOf(access, request);
      return (await deprovision(by, userIn(request))) === null ? reply.code(204).send() : {};
    });

    // Known paths under another method, and unknown ones, in SCIM's words too.
    const paths = [/^\/scim\/(ServiceProviderConfig|ResourceTypes|Schemas)$/, /^\/scim\/Users(\/[^/]+)?$/];
    fastify.all('/scim/*', async (request) => {
      const path = request.url.slice(request.url.indexOf('/scim/')).split('?', 1)[0]!;
      if (paths.some((known) => known.test(path))) throw new AppError(405, 'MethodNotAllowedError', 'Method not allowed');
      throw notFound(`No such route: ${request.method} ${path}`);
    });
  };

  /** @returns who was removed; null for somebody who is no member (any more) @throws AppError 404 when nobody has this id */
  async function deprovision(by: Parameters<OrganisationAdministration['getMember']>[0], userId: string): Promise<Member | null> {
    try {
      const member = await organisation.getMember(by, userId);
      await organisation.removeMember(by, userId);
      return member;
    } catch (error) {
      const isNoMember = error instanceof AppError && error.status === 404;
      if (isNoMember && (await organisation.wasKnown(by, userId))) return null;
      throw error;
    }
  }
}

/** To end a membership that has ended is no mistake: nothing is to be told. */
const answerDeprovisioned = (reply: FastifyReply, member: Member | null) =>
  member === null ? reply.code(204).send() : userBody(member);

/** Status and sentence of an error. */
function describe(error: unknown): { status: number; detail: string; headers: Record<string, string> } {
  if (error instanceof LastOwnerError) return { status: 403, detail: error.message, headers: {} };
  const { status, body, headers } = answerOf(error);
  if (error instanceof ZodError) return { status, detail: error.issues.map(sentenceOf).join('; '), headers };
  return { status, detail: String(body.message), headers };
}

const sentenceOf = ({ path, message }: z.core.$ZodIssue): string => {
  const field = path.join('.');
  if (field === 'userName' && message.startsWith('Invalid input')) return 'userName is required';
  return field === '' || message.startsWith(field) ? message : `${field}: ${message}`;
};
