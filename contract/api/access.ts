import { z } from 'zod';
import { timestamp } from '../observation.ts';
import { ORGANISATION_KEY_ROLES, operation, ROLES } from '../operation.ts';
import { keyExpiry, membershipRole, placeName, updateProjectInput } from '../organisation.ts';

export const role = z.enum(ROLES);
const organisation = { organisationId: z.string() };
const project = { projectId: z.string() };

/** Code of the error 403 that answers everything until a person has chosen a password in place of the one handed over. */
export const OWN_PASSWORD_NEEDED = 'OwnPasswordNeeded';

/** The signed-in person, what they may open, and what the pages need to know of the server. */
export const getMe = operation({
  id: 'getMe',
  method: 'GET',
  path: '/me',
  access: 'session',
  role: 'VIEWER',
  summary: 'Who am I',
  input: z.object({}),
  output: z.object({
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
    organisations: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        /** NONE: only the projects that are listed are open. */
        role: membershipRole,
        projects: z.array(z.object({ id: z.string(), name: z.string(), role, demo: z.boolean() })),
      }),
    ),
    server: z.object({ version: z.string(), publicUrl: z.string(), otlpGrpcPort: z.number() }),
  }),
});

/** What the sign-in page may know before anybody is signed in. */
export const getSignInOptions = operation({
  id: 'getSignInOptions',
  method: 'GET',
  path: '/sign-in-options',
  access: 'public',
  role: 'VIEWER',
  summary: 'What the sign-in page offers',
  input: z.object({}),
  output: z.object({
    signUp: z.boolean(),
    version: z.string(),
    demo: z.object({ email: z.string(), password: z.string() }).nullable(),
  }),
});

export const createOrganisation = operation({
  id: 'createOrganisation',
  method: 'POST',
  path: '/organisations',
  access: 'session',
  role: 'VIEWER',
  summary: 'Create an organisation; its creator becomes OWNER',
  input: z.object({ name: placeName }),
  output: z.object({ id: z.string(), name: z.string() }),
});

export const updateOrganisation = operation({
  id: 'updateOrganisation',
  method: 'PATCH',
  path: '/organisations/{organisationId}',
  access: 'session',
  role: 'ADMIN',
  summary: 'Rename an organisation',
  input: z.object({ ...organisation, name: placeName }),
  output: z.object({ id: z.string(), name: z.string() }),
});

export const createProject = operation({
  id: 'createProject',
  method: 'POST',
  path: '/organisations/{organisationId}/projects',
  access: 'session',
  role: 'ADMIN',
  summary: 'Create a project',
  input: z.object({ ...organisation, name: placeName }),
  output: z.object({ id: z.string(), name: z.string() }),
});

/** What a project is set to. */
export const projectSettings = z.object({
  id: z.string(),
  name: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  /** Days that facts are kept; null: forever. */
  retentionDays: z.number().int().nullable(),
});

export const getProject = operation({
  id: 'getProject',
  method: 'GET',
  path: '/projects/{projectId}',
  access: 'session',
  role: 'VIEWER',
  summary: 'Get the settings of a project',
  input: z.object(project),
  output: projectSettings,
});

/** What is absent or null stays as it is; retention 0: forever. */
export const updateProject = operation({
  id: 'updateProject',
  method: 'PATCH',
  path: '/projects/{projectId}',
  access: 'session',
  role: 'ADMIN',
  summary: 'Rename a project, or change its metadata or retention',
  input: updateProjectInput.partial({ name: true }).extend(project),
  output: projectSettings,
});

export const deleteProject = operation({
  id: 'deleteProject',
  method: 'DELETE',
  path: '/projects/{projectId}',
  access: 'session',
  role: 'OWNER',
  summary: 'Delete a project with everything in it',
  input: z.object(project),
  output: z.object({ ok: z.literal(true) }),
});

export const member = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: membershipRole,
  /** False: the account was made by SCIM, and nobody can sign in with it yet. */
  hasPassword: z.boolean(),
  createdAt: timestamp,
});

export const listMembers = operation({
  id: 'listMembers',
  method: 'GET',
  path: '/organisations/{organisationId}/members',
  access: 'session',
  role: 'VIEWER',
  summary: 'List the members of an organisation',
  input: z.object(organisation),
  output: z.object({ data: z.array(member) }),
});

/** Somebody with an account of their own who has not agreed to be a member yet. */
export const invitation = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: membershipRole,
  createdAt: timestamp,
  /** Until when the newest link can be followed. */
  expiresAt: timestamp,
  /** False: nobody has made a link yet (SCIM invites without one). */
  hasLink: z.boolean(),
});

/** The link is shown once and kept nowhere; `mailed`: it is on its way by mail as well. */
export const invitationLink = invitation.extend({ link: z.string(), mailed: z.boolean() });

const openInvitation = { ...organisation, invitationId: z.string() };

export const listInvitations = operation({
  id: 'listInvitations',
  method: 'GET',
  path: '/organisations/{organisationId}/invitations',
  access: 'session',
  role: 'ADMIN',
  summary: 'List the open invitations of an organisation',
  input: z.object(organisation),
  output: z.object({ data: z.array(invitation) }),
});

export const renewInvitation = operation({
  id: 'renewInvitation',
  method: 'POST',
  path: '/organisations/{organisationId}/invitations/{invitationId}/link',
  access: 'session',
  role: 'ADMIN',
  summary: 'Make the link of an open invitation anew; the one of before stops working',
  input: z.object(openInvitation),
  output: invitationLink,
});

export const withdrawInvitation = operation({
  id: 'withdrawInvitation',
  method: 'DELETE',
  path: '/organisations/{organisationId}/invitations/{invitationId}',
  access: 'session',
  role: 'ADMIN',
  summary: 'Take an open invitation back',
  input: z.object(openInvitation),
  output: z.object({ ok: z.literal(true) }),
});

const token = z.string().min(20).max(100);

/** For whoever holds the link: in the body, so that no log on the way has it. */
export const readInvitation = operation({
  id: 'readInvitation',
  method: 'POST',
  path: '/invitations/read',
  access: 'public',
  role: 'VIEWER',
  summary: 'What an invitation link leads to',
  input: z.object({ token }),
  output: z.object({
    organisation: z.object({ name: z.string() }),
    email: z.string(),
    role: membershipRole,
    expiresAt: timestamp,
  }),
});

export const acceptInvitation = operation({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/invitations/accept',
  access: 'session',
  role: 'VIEWER',
  summary: 'Follow an invitation link: become a member',
  input: z.object({ token }),
  output: z.object({ organisation: z.object({ id: z.string(), name: z.string() }) }),
});

/** All memberships of the signed-in person, also those that open nothing. */
export const listOwnMemberships = operation({
  id: 'listOwnMemberships',
  method: 'GET',
  path: '/me/memberships',
  access: 'session',
  role: 'VIEWER',
  summary: 'List the organisations that I am a member of',
  input: z.object({}),
  output: z.object({ data: z.array(z.object({ id: z.string(), name: z.string(), role: membershipRole, since: timestamp })) }),
});

export const leaveOrganisation = operation({
  id: 'leaveOrganisation',
  method: 'DELETE',
  path: '/me/memberships/{id}',
  access: 'session',
  role: 'VIEWER',
  summary: 'Leave an organisation; the last OWNER stays',
  input: z.object({ id: z.string() }),
  output: z.object({ ok: z.literal(true) }),
});

/**
 * Adds a person by e-mail. Unknown e-mail: an account is made with the returned one-time password, to be handed over. Known e-mail: the
 * person is invited, and a member once they have followed the link. Exactly one of `member` and `invitation` is there.
 */
export const addMember = operation({
  id: 'addMember',
  method: 'POST',
  path: '/organisations/{organisationId}/members',
  access: 'session',
  role: 'ADMIN',
  summary: 'Add a member, or invite who has an account already',
  input: z.object({ ...organisation, email: z.email(), name: z.string().trim().max(100).optional(), role: membershipRole }),
  output: z.object({
    member: member.nullable(),
    oneTimePassword: z.string().nullable(),
    invitation: invitationLink.nullable(),
  }),
});

export const updateMember = operation({
  id: 'updateMember',
  method: 'PATCH',
  path: '/organisations/{organisationId}/members/{userId}',
  access: 'session',
  role: 'ADMIN',
  summary: 'Change the role of a member; the last OWNER stays',
  input: z.object({ ...organisation, userId: z.string(), role: membershipRole }),
  output: member,
});

export const removeMember = operation({
  id: 'removeMember',
  method: 'DELETE',
  path: '/organisations/{organisationId}/members/{userId}',
  access: 'session',
  role: 'ADMIN',
  summary: 'Remove a member; the last OWNER stays',
  input: z.object({ ...organisation, userId: z.string() }),
  output: z.object({ ok: z.literal(true) }),
});

/** For an account that this organisation made without a password (by SCIM) and that belongs to no other. To be handed over, as with `addMember`. */
export const giveFirstPassword = operation({
  id: 'giveFirstPassword',
  method: 'POST',
  path: '/organisations/{organisationId}/members/{userId}/first-password',
  access: 'session',
  role: 'ADMIN',
  summary: 'Give a member without a password their first one',
  input: z.object({ ...organisation, userId: z.string() }),
  output: z.object({ oneTimePassword: z.string() }),
});

export const apiKey = z.object({
  id: z.string(),
  publicKey: z.string(),
  /** Last four characters, for recognition: `sk-lf-…abcd`. */
  displaySecretKey: z.string(),
  note: z.string().nullable(),
  createdAt: timestamp,
  /** From when on it does not work any more; null: never by itself. */
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
});

export const listApiKeys = operation({
  id: 'listApiKeys',
  method: 'GET',
  path: '/projects/{projectId}/api-keys',
  access: 'session',
  role: 'MEMBER',
  summary: 'List the API keys of a project',
  input: z.object(project),
  output: z.object({ data: z.array(apiKey) }),
});

/** The secret is in this answer and nowhere else, ever. */
export const createApiKey = operation({
  id: 'createApiKey',
  method: 'POST',
  path: '/projects/{projectId}/api-keys',
  access: 'session',
  role: 'ADMIN',
  summary: 'Create an API key',
  input: z.object({ ...project, note: z.string().trim().max(200).optional(), expiresAt: keyExpiry.optional() }),
  output: apiKey.extend({ secretKey: z.string() }),
});

export const deleteApiKey = operation({
  id: 'deleteApiKey',
  method: 'DELETE',
  path: '/projects/{projectId}/api-keys/{apiKeyId}',
  access: 'session',
  role: 'ADMIN',
  summary: 'Revoke an API key',
  input: z.object({ ...project, apiKeyId: z.string() }),
  output: z.object({ ok: z.literal(true) }),
});

/** A key of an organisation itself: it manages projects, their keys and members with the rights of the person who made it. */
export const organisationApiKey = apiKey.extend({ role: z.enum(ORGANISATION_KEY_ROLES) });

export const listOrganisationApiKeys = operation({
  id: 'listOrganisationApiKeys',
  method: 'GET',
  path: '/organisations/{organisationId}/api-keys',
  access: 'session',
  role: 'ADMIN',
  summary: "List an organisation's own API keys",
  input: z.object(organisation),
  output: z.object({ data: z.array(organisationApiKey) }),
});

/** The secret is in this answer and nowhere else, ever. */
export const createOrganisationApiKey = operation({
  id: 'createOrganisationApiKey',
  method: 'POST',
  path: '/organisations/{organisationId}/api-keys',
  access: 'session',
  role: 'ADMIN',
  summary: 'Create an API key of an organisation itself',
  input: z.object({ ...organisation, note: z.string().trim().max(200).optional(), expiresAt: keyExpiry.optional() }),
  output: organisationApiKey.extend({ secretKey: z.string() }),
});

export const deleteOrganisationApiKey = operation({
  id: 'deleteOrganisationApiKey',
  method: 'DELETE',
  path: '/organisations/{organisationId}/api-keys/{apiKeyId}',
  access: 'session',
  role: 'ADMIN',
  summary: "Revoke one of an organisation's own API keys",
  input: z.object({ ...organisation, apiKeyId: z.string() }),
  output: z.object({ ok: z.literal(true) }),
});

/** Empties the demo project and ends its banner. */
export const removeDemo = operation({
  id: 'removeDemo',
  method: 'POST',
  path: '/projects/{projectId}/remove-demo',
  access: 'session',
  role: 'ADMIN',
  summary: 'Remove the demo data',
  input: z.object(project),
  output: z.object({ ok: z.literal(true) }),
});
