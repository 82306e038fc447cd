import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { memberships, organisations, projects } = tables;

/** Deletes all facts of a project from the analytics store; hidden when it resolves. */
export type ClearFacts = (projectId: string) => Promise<void>;

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

/** The organisations of a person with their projects, each by name. */
export async function listOrganisations(db: MetadataDb, userId: string) {
  const rows = await db
    .select({
      organisation: { id: organisations.id, name: organisations.name, role: memberships.role },
      project: { id: projects.id, name: projects.name, demo: projects.demo },
    })
    .from(memberships)
    .innerJoin(organisations, eq(organisations.id, memberships.organisationId))
    .leftJoin(projects, and(eq(projects.organisationId, organisations.id), isNull(projects.deletedAt)))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(organisations.name), asc(organisations.id), asc(projects.name), asc(projects.id));
  const found = new Map<
    string,
    (typeof rows)[number]['organisation'] & { projects: NonNullable<(typeof rows)[number]['project']>[] }
  >();
  for (const { organisation, project } of rows) {
    const entry = found.get(organisation.id) ?? { ...organisation, projects: [] };
    if (project) entry.projects.push(project);
    found.set(organisation.id, entry);
  }
  return [...found.values()].map(({ role, projects: own, ...rest }) => ({
    ...rest,
    role,
    projects: own.map((project) => ({ ...project, role })),
  }));
}

/** Makes an organisation with its first OWNER. */
export async function createOrganisation(db: MetadataDb, name: string, ownerId: string) {
  const organisation = { id: newId(), name };
  await db.transaction(async (tx) => {
    await tx.insert(organisations).values(organisation);
    await tx.insert(memberships).values({ organisationId: organisation.id, userId: ownerId, role: 'OWNER' });
  });
  return organisation;
}

export async function renameOrganisation(db: MetadataDb, organisationId: string, name: string) {
  const [row] = await db
    .update(organisations)
    .set({ name, updatedAt: new Date() })
    .where(eq(organisations.id, organisationId))
    .returning({ id: organisations.id, name: organisations.name });
  if (!row) throw notFound('Organisation not found');
  return row;
}

export async function createProject(db: MetadataDb, organisationId: string, name: string) {
  const project = { id: newId(), name };
  await db.insert(projects).values({ ...project, organisationId });
  return project;
}

export async function renameProject(db: MetadataDb, projectId: string, name: string) {
  const [row] = await db
    .update(projects)
    .set({ name, updatedAt: new Date() })
    .where(and(eq(projects.id, projectId), isNull(projects.deletedAt)))
    .returning({ id: projects.id, name: projects.name });
  if (!row) throw notFound('Project not found');
  return row;
}

/**
 * Deletes a project: first it and its keys stop existing for everybody, then its facts go, then its row. When clearing the facts
 * fails, the error is thrown, the project stays hidden, and `resumeDeletions` finishes at the next start.
 */
export async function deleteProject(db: MetadataDb, projectId: string, clear: ClearFacts, forgetKeys: () => void): Promise<void> {
  await db.update(projects).set({ deletedAt: new Date() }).where(eq(projects.id, projectId));
  forgetKeys();
  await clear(projectId);
  await db.delete(projects).where(eq(projects.id, projectId));
}

/** Finishes deletions that were cut short. What fails is logged and tried again at the next start; never throws. */
export async function resumeDeletions(db: MetadataDb, clear: ClearFacts, log: Logger): Promise<void> {
  try {
    const rows = await db.select({ id: projects.id }).from(projects).where(isNotNull(projects.deletedAt));
    for (const { id } of rows) {
      await clear(id);
      await db.delete(projects).where(eq(projects.id, id));
    }
  } catch (error) {
    log.warn({ err: error }, 'deleted projects could not all be cleared; tried again at the next start');
  }
}

/** Empties the demo project. @throws AppError 400 when the project is not (or no longer) a demo. */
export async function removeDemo(db: MetadataDb, projectId: string, clear: ClearFacts): Promise<void> {
  const [project] = await db.select({ demo: projects.demo }).from(projects).where(eq(projects.id, projectId));
  if (!project) throw notFound('Project not found');
  if (!project.demo) throw invalidRequest('This project holds no demo data.');
  await clear(projectId);
  await db.update(projects).set({ demo: false, updatedAt: new Date() }).where(eq(projects.id, projectId));
}
