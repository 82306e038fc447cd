import * as declared from '../../../contract/api/access.ts';
import type { Clock } from '../../lib/clock.ts';
import { notFound } from '../../lib/errors.ts';
import { type Caller, type Implemented, implement } from '../../lib/implement.ts';
import type { MetadataDb } from '../../store/metadata/index.ts';
import type { ApiKeyRow } from './administration.ts';
import type { DemoLogin } from './demo-login.ts';
import type { InvitationLinks } from './invitation-links.ts';
import { invitationOperations, shownLink } from './invitation-operations.ts';
import type { Keys } from './keys.ts';
import { addMember, giveFirstPassword, leaveOrganisation, listMembers, removeMember, updateMember } from './members.ts';
import { createOrganisation, listOwnOrganisations, updateOrganisation } from './organisations.ts';
import type { ClearFacts, ProjectDeletion } from './project-deletion.ts';
import { projectMemberOperations } from './project-member-operations.ts';
import { createProject, findProject, removeDemo, updateProject } from './projects.ts';

/** What the pages are told of the server; the ports are known once it listens. */
export interface ServerFacts {
  version: string;
  publicUrl: string;
  /** 0: no OTLP/gRPC. */
  otlpGrpcPort: number;
}

export interface OperationDeps {
  db: MetadataDb;
  clock: Clock;
  keys: Keys;
  links: InvitationLinks;
  demoLogin: DemoLogin;
  signUp: boolean;
  serverFacts(): ServerFacts;
  deletion: Pick<ProjectDeletion, 'remove'>;
  clearDemo: ClearFacts;
  findPerson(userId: string): Promise<{ id: string; email: string; name: string }>;
  organisationOf(projectId: string): Promise<string>;
}

const shownKey = (
  key: Pick<ApiKeyRow, 'id' | 'publicKey' | 'displaySecretKey' | 'note' | 'createdAt' | 'expiresAt' | 'lastUsedAt'>,
) => ({
  id: key.id,
  publicKey: key.publicKey,
  displaySecretKey: key.displaySecretKey,
  note: key.note,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
});

const shownOrganisationKey = (key: Parameters<typeof shownKey>[0] & Pick<ApiKeyRow, 'role'>) => ({
  ...shownKey(key),
  role: key.role ?? 'ADMIN',
});

const done = { ok: true } as const;
/** Only operations with access `session` use it; the surface lets nobody else through. */
const person = (caller: Caller): string => caller.userId!;

/** The operations of contract/api/access.ts. Role and scope were checked by the surface. */
export function accessOperations(deps: OperationDeps): Implemented[] {
  const { db, clock, keys, links, demoLogin, deletion, clearDemo } = deps;
  return [
    implement(declared.getMe, async (_input, caller) => ({
      user: await deps.findPerson(person(caller)),
      organisations: await listOwnOrganisations(db, person(caller)),
      server: deps.serverFacts(),
    })),
    implement(declared.getSignInOptions, async () => ({
      signUp: deps.signUp,
      version: deps.serverFacts().version,
      demo: await demoLogin.current(),
    })),
    implement(declared.createOrganisation, (input, caller) => createOrganisation(db, input, person(caller))),
    implement(declared.updateOrganisation, (input) => updateOrganisation(db, input.organisationId, input)),
    implement(declared.createProject, (input) => createProject(db, input.organisationId, input)),
    implement(declared.getProject, async ({ projectId }) => {
      const project = await findProject(db, projectId);
      if (!project) throw notFound('Project not found');
      return project;
    }),
    implement(declared.updateProject, (input) => updateProject(db, input.projectId, input)),
    implement(declared.deleteProject, async (input) => {
      await deletion.remove(input.projectId);
      return done;
    }),
    implement(declared.listMembers, async (input) => ({ data: await listMembers(db, input.organisationId) })),
    implement(declared.addMember, async ({ organisationId, email, name, role }, caller) => {
      const added = await addMember(db, { organisationId, email, name, role, by: caller.role, now: clock.now() });
      if ('member' in added) return { ...added, invitation: null };
      const invitation = await links.renew({ organisationId, invitationId: added.invitation.id, by: caller.role });
      return { member: null, oneTimePassword: null, invitation: shownLink(invitation) };
    }),
    implement(declared.updateMember, async (input, caller) => {
      const member = await updateMember(db, { ...input, by: caller.role });
      keys.forget();
      return member;
    }),
    implement(declared.removeMember, async (input, caller) => {
      if (input.userId === caller.userId) await leaveOrganisation(db, { ...input, userId: input.userId });
      else await removeMember(db, { ...input, by: caller.role });
      keys.forget();
      return done;
    }),
    implement(declared.giveFirstPassword, (input, caller) => giveFirstPassword(db, { ...input, by: caller.role })),
    implement(declared.listApiKeys, async (input) => ({ data: (await keys.list({ projectId: input.projectId })).map(shownKey) })),
    implement(declared.createApiKey, async (input) => {
      const organisationId = await deps.organisationOf(input.projectId);
      const key = await keys.create(
        { organisationId, projectId: input.projectId },
        { note: input.note || null, expiresAt: input.expiresAt ?? null },
      );
      return { ...shownKey({ ...key, lastUsedAt: null }), secretKey: key.secretKey };
    }),
    implement(declared.deleteApiKey, async (input) => {
      await keys.revoke({ projectId: input.projectId }, input.apiKeyId);
      return done;
    }),
    implement(declared.listOrganisationApiKeys, async ({ organisationId }) => ({
      data: (await keys.list({ organisationId })).map(shownOrganisationKey),
    })),
    implement(declared.createOrganisationApiKey, async (input, caller) => {
      // Its role is that of its maker and follows it down, so that nobody has more by a key than they have themselves.
      const role = caller.role === 'OWNER' ? 'OWNER' : 'ADMIN';
      const { organisationId } = input;
      const key = await keys.create(
        { organisationId, projectId: null, role, madeBy: person(caller) },
        { note: input.note || null, expiresAt: input.expiresAt ?? null },
      );
      return { ...shownOrganisationKey({ ...key, role, lastUsedAt: null }), secretKey: key.secretKey };
    }),
    implement(declared.deleteOrganisationApiKey, async (input) => {
      await keys.revoke({ organisationId: input.organisationId }, input.apiKeyId);
      return done;
    }),
    ...invitationOperations(deps),
    ...projectMemberOperations(db, deps.organisationOf),
    implement(declared.removeDemo, async (input) => {
      await removeDemo(db, input.projectId, clearDemo);
      return done;
    }),
  ];
}
