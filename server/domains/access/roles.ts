import { and, eq, isNull, sql } from 'drizzle-orm';
import { type MembershipRole, ROLES, type Role } from '../../../contract/operation.ts';
import { isStorable } from '../../../contract/storable.ts';
import { forbidden } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { memberships, projectMemberships, projects } = tables;

/** Whether `role` includes `least`; NONE includes nothing. */
export const includesRole = (role: MembershipRole, least: MembershipRole): boolean => rank(role) >= rank(least);

/** @throws AppError 403 */
export function requireAtLeast(by: Role, role: MembershipRole) {
  if (!includesRole(by, role)) throw forbidden(`Only an ${role} can do this: nobody changes or gives a role above their own.`);
}

const rank = (role: MembershipRole): number => (role === 'NONE' ? -1 : ROLES.indexOf(role));

/** A member's role in a project: that of the project where one was given, else that of the organisation. */
export const effectiveRole = sql<MembershipRole>`coalesce(${projectMemberships.role}, ${memberships.role})`;

/** Joins a member's role in one project, for `effectiveRole`. */
export const ofThisProject = and(
  eq(projectMemberships.projectId, projects.id),
  eq(projectMemberships.userId, memberships.userId),
);

/** Null for strangers, and for members without access of their own. */
export async function roleInOrganisation(db: MetadataDb, userId: string, organisationId: string): Promise<Role | null> {
  if (!isStorable(organisationId)) return null;
  const [row] = await db
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.organisationId, organisationId)));
  return opened(row);
}

/** Null for who may not see the project. */
export async function roleInProject(db: MetadataDb, userId: string, projectId: string): Promise<Role | null> {
  if (!isStorable(projectId)) return null;
  const [row] = await db
    .select({ role: effectiveRole })
    .from(projects)
    .innerJoin(memberships, eq(memberships.organisationId, projects.organisationId))
    .leftJoin(projectMemberships, ofThisProject)
    .where(and(eq(projects.id, projectId), isNull(projects.deletedAt), eq(memberships.userId, userId)));
  return opened(row);
}

const opened = (row: { role: MembershipRole } | undefined): Role | null =>
  row === undefined || row.role === 'NONE' ? null : row.role;
