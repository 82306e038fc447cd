import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deleteMembershipInput, membershipInput } from '../../../contract/organisation.ts';
import { storable } from '../../../contract/storable.ts';
import type { Access, OrganisationAdministration } from '../../domains/access/index.ts';
import { namingErrorHandler } from './errors.ts';
import { organisationOf } from './organisation-key.ts';

const ofProject = z.object({ projectId: storable });

/** `MembershipResponse` of the contract's Appendix A. */
const membershipBody = ({ userId, role, email, name }: { userId: string; role: string; email: string; name: string }) => ({
  userId,
  role,
  email,
  name,
});

/**
 * The published enumeration of roles lacks NONE, which SCIM gives. Clients in Python check answers against it and would lose the whole
 * list to one such member: they get the list without these. Other clients (the Terraform provider, say) look for them there.
 */
const shownTo = (request: FastifyRequest, members: readonly Parameters<typeof membershipBody>[0][]) => {
  const strict = request.headers['x-fern-language'] === 'Python';
  return { memberships: members.filter(({ role }) => !strict || role !== 'NONE').map(membershipBody) };
};

/**
 * Members of an organisation, and members whose role in one project is another (contract §1.17). The list of a project holds the latter
 * only: everybody else has the organisation's role there.
 */
export function membershipRoutes({
  access,
  organisation,
}: {
  access: Pick<Access, 'authenticateKey'>;
  organisation: OrganisationAdministration;
}): FastifyPluginAsync {
  /** The project of the path and who asks: what is not there is told before the body is looked at. */
  const ownProject = async (request: FastifyRequest) => {
    const by = await organisationOf(access, request);
    const { projectId } = ofProject.parse(request.params);
    await organisation.requireProject(by, projectId);
    return { by, projectId };
  };

  return async (fastify) => {
    fastify.setErrorHandler(namingErrorHandler);

    fastify.get('/organizations/memberships', async (request) => {
      const by = await organisationOf(access, request);
      return shownTo(request, await organisation.listMembers(by));
    });

    fastify.put('/organizations/memberships', async (request) => {
      const by = await organisationOf(access, request);
      const { userId, role } = membershipInput.parse(request.body);
      return membershipBody(await organisation.setMember(by, userId, role));
    });

    fastify.delete('/organizations/memberships', async (request) => {
      const by = await organisationOf(access, request);
      const { userId } = deleteMembershipInput.parse(request.body);
      await organisation.removeMember(by, userId);
      return { message: 'Membership deleted', userId };
    });

    fastify.get('/projects/:projectId/memberships', async (request) => {
      const { by, projectId } = await ownProject(request);
      return shownTo(request, await organisation.listProjectMembers(by, projectId));
    });

    fastify.put('/projects/:projectId/memberships', async (request) => {
      const { by, projectId } = await ownProject(request);
      const { userId, role } = membershipInput.parse(request.body);
      return membershipBody(await organisation.setProjectMember(by, projectId, userId, role));
    });

    fastify.delete('/projects/:projectId/memberships', async (request) => {
      const { by, projectId } = await ownProject(request);
      const { userId } = deleteMembershipInput.parse(request.body);
      await organisation.removeProjectMember(by, projectId, userId);
      return { message: 'Membership deleted', userId };
    });
  };
}
