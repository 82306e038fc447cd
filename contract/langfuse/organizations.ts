import { z } from 'zod';
import { anything, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const membershipRole = published('MembershipRole', z.enum(['OWNER', 'ADMIN', 'MEMBER', 'VIEWER']));
export const membershipRequest = published('MembershipRequest', z.object({ userId: z.string(), role: membershipRole }));
export const deleteMembershipRequest = published('DeleteMembershipRequest', z.object({ userId: z.string() }));
export const membershipResponse = published(
  'MembershipResponse',
  z.strictObject({
    userId: z.string(),
    // What SCIM gives without a role (contract §1.17); the published enumeration forgot it.
    role: z.union([membershipRole, z.literal('NONE')]),
    email: z.string(),
    name: z.string(),
  }),
);
export const membershipDeletionResponse = published(
  'MembershipDeletionResponse',
  z.strictObject({ message: z.string(), userId: z.string() }),
);
export const membershipsResponse = published('MembershipsResponse', z.strictObject({ memberships: z.array(membershipResponse) }));
export const organizationProject = published(
  'OrganizationProject',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    metadata: z.record(z.string(), anything).nullish(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const organizationProjectsResponse = published(
  'OrganizationProjectsResponse',
  z.strictObject({ projects: z.array(organizationProject) }),
);
export const organizationApiKey = published(
  'OrganizationApiKey',
  z.strictObject({
    id: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp.nullish(),
    lastUsedAt: timestamp.nullish(),
    name: z.string().nullish(),
    note: z.string().nullish(),
    publicKey: z.string(),
    displaySecretKey: z.string(),
  }),
);
export const organizationApiKeysResponse = published(
  'OrganizationApiKeysResponse',
  z.strictObject({ apiKeys: z.array(organizationApiKey) }),
);

export const organizationsRoutes = routes('Organizations', [
  route('listOrganizationMemberships', 'GET', {
    path: '/organizations/memberships',
    auth: 'organization',
    errors: 'named',
    answers: { 200: membershipsResponse },
  }),
  route('putOrganizationMembership', 'PUT', {
    path: '/organizations/memberships',
    auth: 'organization',
    errors: 'named',
    body: membershipRequest,
    answers: { 200: membershipResponse },
  }),
  route('deleteOrganizationMembership', 'DELETE', {
    path: '/organizations/memberships',
    auth: 'organization',
    errors: 'named',
    body: deleteMembershipRequest,
    answers: { 200: membershipDeletionResponse },
  }),
  route('listProjectMemberships', 'GET', {
    path: '/projects/{projectId}/memberships',
    auth: 'organization',
    errors: 'named',
    answers: { 200: membershipsResponse },
  }),
  route('putProjectMembership', 'PUT', {
    path: '/projects/{projectId}/memberships',
    auth: 'organization',
    errors: 'named',
    body: membershipRequest,
    answers: { 200: membershipResponse },
  }),
  route('deleteProjectMembership', 'DELETE', {
    path: '/projects/{projectId}/memberships',
    auth: 'organization',
    errors: 'named',
    body: deleteMembershipRequest,
    answers: { 200: membershipDeletionResponse },
  }),
  route('listOrganizationProjects', 'GET', {
    path: '/organizations/projects',
    auth: 'organization',
    errors: 'named',
    answers: { 200: organizationProjectsResponse },
  }),
  route('listOrganizationApiKeys', 'GET', {
    path: '/organizations/apiKeys',
    auth: 'organization',
    errors: 'named',
    answers: { 200: organizationApiKeysResponse },
  }),
]);
