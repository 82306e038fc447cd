import { and, eq, isNull } from 'drizzle-orm';
import { ROLES, type Role } from '../../../contract/operation.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { memberships, projects } = tables;

/** Whether `role` includes `least`. */
export const includesRole = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

export async function roleInOrganisation(db: MetadataDb, userId: string, organisationId: string): Promise<Role | null> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.organisationId, organisationId)));
  return row?.role ?? null;
}

/** A person's role in a project is that in its organisation. */
export async function roleInProject(db: MetadataDb, userId: string, projectId: string): Promise<Role | null> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(projects)
    .innerJoin(memberships, eq(memberships.organisationId, projects.organisationId))
    .where(and(eq(projects.id, projectId), isNull(projects.deletedAt), eq(memberships.userId, userId)));
  return row?.role ?? null;
}
