import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { MembershipRole, Role } from '../../../contract/operation.ts';
import type { OrganisationInput } from '../../../contract/organisation.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { effectiveRole, ofThisProject } from './roles.ts';

const { memberships, organisations, projectMemberships, projects } = tables;

export type OrganisationRow = typeof organisations.$inferSelect;

interface OwnOrganisation {
  id: string;
  name: string;
  role: MembershipRole;
  projects: { id: string; name: string; role: Role; demo: boolean }[];
}

/** The organisations of a person with the projects that they may open, each by name. Where there is nothing to open, none is named. */
export async function listOwnOrganisations(db: MetadataDb, userId: string): Promise<OwnOrganisation[]> {
  const rows = await db
    .select({
      organisation: { id: organisations.id, name: organisations.name, role: memberships.role },
      project: { id: projects.id, name: projects.name, demo: projects.demo },
      role: effectiveRole,
    })
    .from(memberships)
    .innerJoin(organisations, eq(organisations.id, memberships.organisationId))
    .leftJoin(projects, and(eq(projects.organisationId, organisations.id), isNull(projects.deletedAt)))
    .leftJoin(projectMemberships, ofThisProject)
    .where(eq(memberships.userId, userId))
    .orderBy(asc(organisations.name), asc(organisations.id), asc(projects.name), asc(projects.id));
  const found = new Map<string, OwnOrganisation>();
  for (const { organisation, project, role } of rows) {
    const entry = found.get(organisation.id) ?? { ...organisation, projects: [] };
    if (project && role !== 'NONE') entry.projects.push({ id: project.id, name: project.name, role, demo: project.demo });
    found.set(organisation.id, entry);
  }
  return [...found.values()].filter(({ role, projects: own }) => role !== 'NONE' || own.length > 0);
}

/** All memberships of a person by name, also those that open nothing: everybody may leave. */
export async function listOwnMemberships(db: MetadataDb, userId: string) {
  const rows = await db
    .select({ id: organisations.id, name: organisations.name, role: memberships.role, since: memberships.createdAt })
    .from(memberships)
    .innerJoin(organisations, eq(organisations.id, memberships.organisationId))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(organisations.name), asc(organisations.id));
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
}

/** Makes an organisation, with its first OWNER unless it is made by the instance's administrator. */
export async function createOrganisation(
  db: MetadataDb,
  input: OrganisationInput,
  ownerId: string | null,
): Promise<OrganisationRow> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .insert(organisations)
      .values({ id: newId(), name: input.name, metadata: input.metadata ?? {} })
      .returning();
    if (ownerId !== null) await tx.insert(memberships).values({ organisationId: row!.id, userId: ownerId, role: 'OWNER' });
    return row!;
  });
}

/** All organisations of the instance, the oldest first. */
export async function listAllOrganisations(db: MetadataDb): Promise<OrganisationRow[]> {
  return db.select().from(organisations).orderBy(asc(organisations.createdAt), asc(organisations.id));
}

/** @throws AppError 404 */
export async function getOrganisation(db: MetadataDb, organisationId: string): Promise<OrganisationRow> {
  const [row] = await db.select().from(organisations).where(eq(organisations.id, organisationId));
  if (!row) throw notFound('Organization not found');
  return row;
}

/** Metadata that is absent or null stays. @throws AppError 404 */
export async function updateOrganisation(
  db: MetadataDb,
  organisationId: string,
  input: OrganisationInput,
): Promise<OrganisationRow> {
  const [row] = await db
    .update(organisations)
    .set({ name: input.name, ...(input.metadata == null ? {} : { metadata: input.metadata }), updatedAt: new Date() })
    .where(eq(organisations.id, organisationId))
    .returning();
  if (!row) throw notFound('Organization not found');
  return row;
}

/**
 * Deletes an organisation with its memberships and keys. Projects that are being deleted are finished first, so that none of their facts
 * is left behind.
 * @throws AppError 400 while it has projects, 404
 */
export async function deleteOrganisation(
  db: MetadataDb,
  organisationId: string,
  finishDeletion: (projectId: string) => Promise<void>,
): Promise<void> {
  const ofIt = eq(projects.organisationId, organisationId);
  const inTheWay = () => invalidRequest('Cannot delete organization with existing projects: delete them first.');
  await getOrganisation(db, organisationId);
  if ((await db.$count(projects, and(ofIt, isNull(projects.deletedAt)))) > 0) throw inTheWay();
  const hidden = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(ofIt, isNotNull(projects.deletedAt)));
  for (const { id } of hidden) await finishDeletion(id);
  await db.transaction(async (tx) => {
    // Nobody makes a project in it from here on: that locks the organisation too.
    await tx.select({ id: organisations.id }).from(organisations).where(eq(organisations.id, organisationId)).for('update');
    if ((await tx.$count(projects, ofIt)) > 0) throw inTheWay();
    await tx.delete(organisations).where(eq(organisations.id, organisationId));
  });
}
