import { and, asc, eq, isNull, ne } from 'drizzle-orm';
import type { CreateProjectInput, UpdateProjectInput } from '../../../contract/organisation.ts';
import { conflict, invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import type { ClearFacts } from './project-deletion.ts';

const { organisations, projects } = tables;

export type ProjectRow = typeof projects.$inferSelect;

export async function findProject(db: MetadataDb, projectId: string) {
  const [row] = await db
    .select({
      id: projects.id,
      name: projects.name,
      organisation: { id: organisations.id, name: organisations.name },
      metadata: projects.metadata,
      retentionDays: projects.retentionDays,
    })
    .from(projects)
    .innerJoin(organisations, eq(organisations.id, projects.organisationId))
    .where(and(eq(projects.id, projectId), isNull(projects.deletedAt)));
  return row ?? null;
}

/** An organisation's projects, the oldest first. */
export async function listProjects(db: MetadataDb, organisationId: string): Promise<ProjectRow[]> {
  return db
    .select()
    .from(projects)
    .where(and(eq(projects.organisationId, organisationId), isNull(projects.deletedAt)))
    .orderBy(asc(projects.createdAt), asc(projects.id));
}

/** The project when it is the organisation's. @throws AppError 404 also for those of others */
export async function getOwnProject(db: MetadataDb, organisationId: string, projectId: string): Promise<ProjectRow> {
  const [row] = await db.select().from(projects).where(own(projectId, organisationId));
  if (!row) throw notFound('Project not found');
  return row;
}

const own = (projectId: string, organisationId?: string) =>
  and(
    eq(projects.id, projectId),
    isNull(projects.deletedAt),
    organisationId === undefined ? undefined : eq(projects.organisationId, organisationId),
  );

/** @throws AppError 404 for an unknown organisation, 409 when the organisation has a project of this name */
export async function createProject(db: MetadataDb, organisationId: string, input: CreateProjectInput): Promise<ProjectRow> {
  return db.transaction(async (tx) => {
    await requireFreeName(tx, organisationId, input.name, null);
    const [row] = await tx
      .insert(projects)
      .values({
        id: newId(),
        organisationId,
        name: input.name,
        metadata: input.metadata ?? {},
        retentionDays: input.retention || null,
      })
      .returning();
    return row!;
  });
}

/**
 * What is absent or null stays.
 * @param organisationId when given, projects of others do not exist
 * @throws AppError 404, 409 when another project of the organisation has this name
 */
export async function updateProject(
  db: MetadataDb,
  projectId: string,
  input: UpdateProjectInput,
  organisationId?: string,
): Promise<ProjectRow> {
  return db.transaction(async (tx) => {
    const [current] = await tx.select().from(projects).where(own(projectId, organisationId));
    if (!current) throw notFound('Project not found');
    if (input.name !== undefined && input.name !== current.name) {
      await requireFreeName(tx, current.organisationId, input.name, projectId);
    }
    const [row] = await tx
      .update(projects)
      .set({
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.metadata == null ? {} : { metadata: input.metadata }),
        ...(input.retention == null ? {} : { retentionDays: input.retention || null }),
        updatedAt: new Date(),
      })
      .where(own(projectId))
      .returning();
    if (!row) throw notFound('Project not found');
    return row;
  });
}

/** Locks the organisation, so that of two at once only one gets the name. */
async function requireFreeName(tx: MetadataDb, organisationId: string, name: string, but: string | null): Promise<void> {
  const [organisation] = await tx
    .select({ id: organisations.id })
    .from(organisations)
    .where(eq(organisations.id, organisationId))
    .for('update');
  if (!organisation) throw notFound('Organization not found');
  const taken = await tx.$count(
    projects,
    and(
      eq(projects.organisationId, organisationId),
      eq(projects.name, name),
      isNull(projects.deletedAt),
      but === null ? undefined : ne(projects.id, but),
    ),
  );
  if (taken > 0) throw conflict('A project with this name already exists in the organisation.');
}

/** Empties the demo project. @throws AppError 400 when the project is not (or no longer) a demo. */
export async function removeDemo(db: MetadataDb, projectId: string, clear: ClearFacts): Promise<void> {
  const [project] = await db.select({ demo: projects.demo }).from(projects).where(eq(projects.id, projectId));
  if (!project) throw notFound('Project not found');
  if (!project.demo) throw invalidRequest('This project holds no demo data.');
  await clear(projectId);
  await db.update(projects).set({ demo: false, updatedAt: new Date() }).where(eq(projects.id, projectId));
}
