import { and, asc, eq } from 'drizzle-orm';
import type { MembershipRole, Role } from '../../../contract/operation.ts';
import { notFound } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { effectiveRole, ofThisProject, requireAtLeast } from './roles.ts';

const { memberships, projectMemberships, projects, users } = tables;

/** A member whose role in one project is not that of the organisation. */
export interface ProjectMember {
  userId: string;
  email: string;
  name: string;
  role: MembershipRole;
}

/** A project of an organisation, and a person. Callers have made sure that the project is the organisation's. */
interface Place {
  organisationId: string;
  projectId: string;
  userId: string;
}

const columns = { userId: users.id, email: users.email, name: users.name, role: projectMemberships.role };
const at = (place: Omit<Place, 'organisationId'>) =>
  and(eq(projectMemberships.projectId, place.projectId), eq(projectMemberships.userId, place.userId));

/** Those who have a role of their own in the project, the earliest first. */
export async function listProjectMembers(db: MetadataDb, projectId: string): Promise<ProjectMember[]> {
  return db
    .select(columns)
    .from(projectMemberships)
    .innerJoin(users, eq(users.id, projectMemberships.userId))
    .where(eq(projectMemberships.projectId, projectId))
    .orderBy(asc(projectMemberships.createdAt), asc(users.email));
}

/** A member of the organisation, as seen from one of its projects. */
export interface MemberInProject {
  userId: string;
  email: string;
  name: string;
  organisationRole: MembershipRole;
  /** Null: that of the organisation holds. */
  projectRole: MembershipRole | null;
  /** What holds. */
  role: MembershipRole;
}

/** All members of a project's organisation with what they may do in the project, the earliest first; one of them when `userId` is given. */
export async function listMembersInProject(db: MetadataDb, projectId: string, userId?: string): Promise<MemberInProject[]> {
  return db
    .select({
      userId: users.id,
      email: users.email,
      name: users.name,
      organisationRole: memberships.role,
      projectRole: projectMemberships.role,
      role: effectiveRole,
    })
    .from(projects)
    .innerJoin(memberships, eq(memberships.organisationId, projects.organisationId))
    .innerJoin(users, eq(users.id, memberships.userId))
    .leftJoin(projectMemberships, ofThisProject)
    .where(and(eq(projects.id, projectId), userId === undefined ? undefined : eq(users.id, userId)))
    .orderBy(asc(memberships.createdAt), asc(users.email));
}

/**
 * Overrides a member's role in one project.
 * @throws AppError 403 for roles above the caller's, 404 when the person is no member of the organisation
 */
export async function setProjectMember(
  db: MetadataDb,
  { by, role, ...place }: Place & { role: MembershipRole; by: Role },
): Promise<ProjectMember> {
  requireAtLeast(by, role);
  return db.transaction(async (tx) => {
    const [member] = await tx
      .select({ userId: users.id, email: users.email, name: users.name, role: memberships.role })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.organisationId, place.organisationId), eq(memberships.userId, place.userId)))
      .for('update');
    if (!member) throw notFound('This person is no member of the organisation.');
    requireAtLeast(by, member.role);
    // Nor is a role that was given in this project out of reach in the organisation only: its OWNER stays above an ADMIN.
    const [here] = await tx.select({ role: projectMemberships.role }).from(projectMemberships).where(at(place));
    if (here) requireAtLeast(by, here.role);
    await tx
      .insert(projectMemberships)
      .values({ ...place, role })
      .onConflictDoUpdate({ target: [projectMemberships.projectId, projectMemberships.userId], set: { role } });
    return { ...member, role };
  });
}

/** The member has the organisation's role in the project again. @throws AppError 403, 404 when there was no other */
export async function removeProjectMember(db: MetadataDb, { by, ...place }: Place & { by: Role }): Promise<void> {
  await db.transaction(async (tx) => {
    const [member] = await tx
      .select(columns)
      .from(projectMemberships)
      .innerJoin(users, eq(users.id, projectMemberships.userId))
      .where(at(place));
    if (!member) throw notFound('This person has no role of their own in the project.');
    requireAtLeast(by, member.role);
    await tx.delete(projectMemberships).where(at(place));
  });
}
