import type { MembershipRole, OrganisationKeyRole } from '../../../contract/operation.ts';
import type {
  CreateKeyInput,
  CreateProjectInput,
  OrganisationInput,
  UpdateProjectInput,
} from '../../../contract/organisation.ts';
import type { Clock } from '../../lib/clock.ts';
import { forbidden } from '../../lib/errors.ts';
import type { MetadataDb, tables } from '../../store/metadata/index.ts';
import type { InvitationLinks, Invited } from './invitation-links.ts';
import type { CreatedKey, KeyFacts, Keys } from './keys.ts';
import type { Member } from './members.ts';
import {
  createOrganisation,
  deleteOrganisation,
  getOrganisation,
  listAllOrganisations,
  type OrganisationRow,
  updateOrganisation,
} from './organisations.ts';
import type { ProjectDeletion } from './project-deletion.ts';
import { listProjectMembers, type ProjectMember, removeProjectMember, setProjectMember } from './project-members.ts';
import { createProject, getOwnProject, listProjects, type ProjectRow, updateProject } from './projects.ts';
import { asKnown, getKnown, listKnown, personOf, provision, removeKnown, setKnown, wasKnown } from './provisioning.ts';

export type ApiKeyRow = typeof tables.apiKeys.$inferSelect;

/** On whose behalf a call is made: an organisation, through a key with the rights of `role`. */
export interface OrganisationCaller {
  organisationId: string;
  role: OrganisationKeyRole;
}

/**
 * What an organisation's key may do. The organisation is part of every call, and what belongs to another one does not exist (404).
 * A key has the rights of the person who made it: errors 403 are those of the same change made in the app.
 */
export interface OrganisationAdministration {
  listProjects(by: OrganisationCaller): Promise<ProjectRow[]>;
  /** @throws AppError 409 for a name that is taken */
  createProject(by: OrganisationCaller, input: CreateProjectInput): Promise<ProjectRow>;
  /** @throws AppError 404, 409 */
  updateProject(by: OrganisationCaller, projectId: string, input: UpdateProjectInput): Promise<ProjectRow>;
  /** @throws AppError 404 when it is not the organisation's */
  requireProject(by: OrganisationCaller, projectId: string): Promise<void>;
  /** Hides the project; its facts go in the background. @throws AppError 403 unless OWNER, 404 */
  deleteProject(by: OrganisationCaller, projectId: string): Promise<void>;

  listOwnKeys(by: OrganisationCaller): Promise<ApiKeyRow[]>;
  /** @throws AppError 404 */
  listKeys(by: OrganisationCaller, projectId: string): Promise<ApiKeyRow[]>;
  /** @throws AppError 404, 409 for a key that exists */
  createKey(by: OrganisationCaller, projectId: string, input: CreateKeyInput): Promise<CreatedKey>;
  /** @throws AppError 404 */
  deleteKey(by: OrganisationCaller, projectId: string, keyId: string): Promise<void>;

  /** The earliest first; of one e-mail address when it is given. */
  listMembers(by: OrganisationCaller, email?: string): Promise<Member[]>;
  /** @throws AppError 404 */
  getMember(by: OrganisationCaller, userId: string): Promise<Member>;
  /** Changes the role of who is known by this id, or lets them in again; see `setKnown`. @throws AppError 403, 404, LastOwnerError */
  setMember(by: OrganisationCaller, userId: string, role: MembershipRole | undefined): Promise<Member>;
  /** By e-mail: an account when there is none, else an invitation; not active: without access. @throws AppError 403, 409 */
  provision(
    by: OrganisationCaller,
    person: { email: string; name: string; role: MembershipRole; active: boolean },
  ): Promise<Member>;
  /** The account stays. @throws AppError 403, 404, LastOwnerError */
  removeMember(by: OrganisationCaller, userId: string): Promise<void>;
  /** Whether the organisation once had somebody of this id; of people of others nothing is told. */
  wasKnown(by: OrganisationCaller, userId: string): Promise<boolean>;

  /** Those with a role of their own in the project. @throws AppError 404 */
  listProjectMembers(by: OrganisationCaller, projectId: string): Promise<ProjectMember[]>;
  /** @throws AppError 403, 404 */
  setProjectMember(by: OrganisationCaller, projectId: string, userId: string, role: MembershipRole): Promise<ProjectMember>;
  /** @throws AppError 403, 404 */
  removeProjectMember(by: OrganisationCaller, projectId: string, userId: string): Promise<void>;
}

/** What the administrator of the instance may do: organisations and their own keys. */
export interface InstanceAdministration {
  listOrganisations(): Promise<(OrganisationRow & { projects: ProjectRow[] })[]>;
  /** @throws AppError 404 */
  getOrganisation(organisationId: string): Promise<OrganisationRow & { projects: ProjectRow[] }>;
  /** Without members: they come by its key. */
  createOrganisation(input: OrganisationInput): Promise<OrganisationRow & { projects: ProjectRow[] }>;
  /** @throws AppError 404 */
  updateOrganisation(organisationId: string, input: OrganisationInput): Promise<OrganisationRow & { projects: ProjectRow[] }>;
  /** @throws AppError 400 while it has projects, 404 */
  deleteOrganisation(organisationId: string): Promise<void>;
  /** An invitation of whoever is to open the organisation, with the link to hand over. @throws AppError 404, 409 */
  invite(organisationId: string, person: { email: string; name: string; role: MembershipRole }): Promise<Invited>;
  /** @throws AppError 404 */
  listKeys(organisationId: string): Promise<ApiKeyRow[]>;
  /** With the rights of an OWNER. @throws AppError 404, 409 for a key that exists */
  createKey(organisationId: string, input: CreateKeyInput): Promise<CreatedKey>;
  /** @throws AppError 404 */
  deleteKey(organisationId: string, keyId: string): Promise<void>;
}

interface Deps {
  clock: Clock;
  links: InvitationLinks;
  db: MetadataDb;
  keys: Keys;
  deletion: ProjectDeletion;
}

const namesOf = ({ name, note, expiresAt }: CreateKeyInput): KeyFacts => ({
  note: (name ?? note) || null,
  expiresAt: expiresAt ?? null,
});

const pairOf = ({ publicKey, secretKey }: CreateKeyInput) =>
  publicKey != null && secretKey != null ? { publicKey, secretKey } : undefined;

export function administerOrganisation({ db, keys, deletion, clock }: Omit<Deps, 'links'>): OrganisationAdministration {
  const ownProject = ({ organisationId }: OrganisationCaller, projectId: string) => getOwnProject(db, organisationId, projectId);
  const scope = ({ organisationId, role }: OrganisationCaller) => ({ organisationId, by: role });
  return {
    listProjects: ({ organisationId }) => listProjects(db, organisationId),
    createProject: ({ organisationId }, input) => createProject(db, organisationId, input),
    updateProject: ({ organisationId }, projectId, input) => updateProject(db, projectId, input, organisationId),
    async requireProject(by, projectId) {
      await ownProject(by, projectId);
    },
    async deleteProject(by, projectId) {
      await ownProject(by, projectId);
      if (by.role !== 'OWNER') throw forbidden('Only an OWNER can delete a project, and the maker of this key was none.');
      await deletion.removeLater(projectId);
    },

    listOwnKeys: ({ organisationId }) => keys.list({ organisationId }),
    async listKeys(by, projectId) {
      await ownProject(by, projectId);
      return keys.list({ projectId });
    },
    async createKey(by, projectId, input) {
      await ownProject(by, projectId);
      return keys.create({ organisationId: by.organisationId, projectId }, namesOf(input), pairOf(input));
    },
    async deleteKey(by, projectId, keyId) {
      await ownProject(by, projectId);
      await keys.revoke({ projectId }, keyId);
    },

    listMembers: ({ organisationId }, email) => listKnown(db, organisationId, email),
    getMember: ({ organisationId }, userId) => getKnown(db, organisationId, userId),
    async setMember(by, userId, role) {
      const member = await setKnown(db, { ...scope(by), userId, role, now: clock.now() });
      keys.forget();
      return member;
    },
    provision: (by, person) => provision(db, { ...scope(by), ...person, now: clock.now() }),
    async removeMember(by, userId) {
      await removeKnown(db, { ...scope(by), userId });
      keys.forget();
    },
    wasKnown: ({ organisationId }, userId) => wasKnown(db, organisationId, userId),

    async listProjectMembers(by, projectId) {
      await ownProject(by, projectId);
      return asKnown(db, by.organisationId, await listProjectMembers(db, projectId));
    },
    async setProjectMember(by, projectId, userId, role) {
      await ownProject(by, projectId);
      const person = await personOf(db, by.organisationId, userId);
      const set = await setProjectMember(db, { ...scope(by), projectId, userId: person, role });
      return (await asKnown(db, by.organisationId, [set]))[0]!;
    },
    async removeProjectMember(by, projectId, userId) {
      await ownProject(by, projectId);
      await removeProjectMember(db, { ...scope(by), projectId, userId: await personOf(db, by.organisationId, userId) });
    },
  };
}

export function administerInstance({ db, keys, deletion, links }: Omit<Deps, 'clock'>): InstanceAdministration {
  const whole = async (row: OrganisationRow) => ({ ...row, projects: await listProjects(db, row.id) });
  return {
    listOrganisations: async () => Promise.all((await listAllOrganisations(db)).map(whole)),
    getOrganisation: async (organisationId) => whole(await getOrganisation(db, organisationId)),
    createOrganisation: async (input) => whole(await createOrganisation(db, input, null)),
    updateOrganisation: async (organisationId, input) => whole(await updateOrganisation(db, organisationId, input)),
    async deleteOrganisation(organisationId) {
      await deleteOrganisation(db, organisationId, deletion.finish);
      keys.forget();
    },
    async invite(organisationId, person) {
      await getOrganisation(db, organisationId);
      return links.invite({ organisationId, ...person, by: 'OWNER' });
    },
    async listKeys(organisationId) {
      await getOrganisation(db, organisationId);
      return keys.list({ organisationId });
    },
    async createKey(organisationId, input) {
      await getOrganisation(db, organisationId);
      return keys.create({ organisationId, projectId: null, role: 'OWNER' }, namesOf(input), pairOf(input));
    },
    async deleteKey(organisationId, keyId) {
      await getOrganisation(db, organisationId);
      await keys.revoke({ organisationId }, keyId);
    },
  };
}
