import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { parseJson } from '../../../contract/json/parse.ts';
import type { PromptContent, PromptType } from '../../../contract/prompt.ts';
import { notFound } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import type { WrittenPrompt } from './compose.ts';
import type { GraphVersion } from './inclusion.ts';
import { keyOf, type Reference } from './references.ts';

const { projects, prompts, promptVersions: versions, promptInclusions: inclusions } = tables;

/** The database, or a transaction on it. */
export type Db = Pick<MetadataDb, 'select' | 'insert' | 'update' | 'delete'>;

/** A prompt with what the rules need of its versions. */
export interface KnownPrompt {
  id: string;
  type: PromptType;
  tags: string[];
  /** Ascending by version. */
  versions: { id: string; version: number; labels: string[] }[];
}

/**
 * Lets one change of a project's prompts wait for another: versions, labels and inclusions are then decided on facts that nobody else
 * is changing. Readers wait for nothing.
 * @throws AppError 404 when there is no such project
 */
export async function lockProject(tx: Db, projectId: string): Promise<void> {
  const rows = await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update');
  if (rows.length === 0) throw notFound('Project not found');
}

export async function findPrompt(tx: Db, projectId: string, name: string): Promise<KnownPrompt | null> {
  const [found] = await tx
    .select({ id: prompts.id, type: prompts.type, tags: prompts.tags })
    .from(prompts)
    .where(and(eq(prompts.projectId, projectId), eq(prompts.name, name)));
  if (!found) return null;
  const own = await tx
    .select({ id: versions.id, version: versions.version, labels: versions.labels })
    .from(versions)
    .where(eq(versions.promptId, found.id))
    .orderBy(asc(versions.version));
  return { ...found, versions: own };
}

const written = {
  id: versions.id,
  projectId: prompts.projectId,
  name: prompts.name,
  version: versions.version,
  type: prompts.type,
  content: versions.content,
  config: versions.config,
  labels: versions.labels,
  tags: prompts.tags,
  commitMessage: versions.commitMessage,
  createdBy: versions.createdBy,
  createdAt: versions.createdAt,
  updatedAt: versions.updatedAt,
};

/** Whole versions, as written. */
async function readWritten(db: Db, where: SQL | undefined): Promise<WrittenPrompt[]> {
  const rows = await db
    .select(written)
    .from(versions)
    .innerJoin(prompts, eq(prompts.id, versions.promptId))
    .where(where)
    .orderBy(asc(versions.version));
  return rows.map(({ content, config, createdAt, updatedAt, ...row }) => ({
    ...row,
    prompt: JSON.parse(content) as PromptContent,
    config: parseJson(config),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
}

export const readVersions = (db: Db, ids: readonly string[]): Promise<WrittenPrompt[]> =>
  ids.length === 0 ? Promise.resolve([]) : readWritten(db, inArray(versions.id, [...ids]));

/** The version that a reference means, or null. */
export async function readReferenced(db: Db, projectId: string, reference: Reference): Promise<WrittenPrompt | null> {
  const { name, version, label } = reference;
  const which = version === null ? sql`${label} = ANY(${versions.labels})` : eq(versions.version, version);
  const [found] = await readWritten(db, and(eq(prompts.projectId, projectId), eq(prompts.name, name), which));
  return found ?? null;
}

/** Everything that takes part in inclusion in a project, and the prompts of the given names. */
export async function readGraph(tx: Db, projectId: string, names: readonly string[]): Promise<GraphVersion[]> {
  const including = await tx
    .select({
      parent: prompts.name,
      versionId: inclusions.versionId,
      name: inclusions.name,
      version: inclusions.version,
      label: inclusions.label,
    })
    .from(inclusions)
    .innerJoin(versions, eq(versions.id, inclusions.versionId))
    .innerJoin(prompts, eq(prompts.id, versions.promptId))
    .where(eq(prompts.projectId, projectId));
  const involved = [...new Set([...names, ...including.flatMap(({ parent, name }) => [parent, name])])];
  const rows = await tx
    .select({
      id: versions.id,
      name: prompts.name,
      version: versions.version,
      type: prompts.type,
      labels: versions.labels,
    })
    .from(versions)
    .innerJoin(prompts, eq(prompts.id, versions.promptId))
    .where(and(eq(prompts.projectId, projectId), inArray(prompts.name, involved)));
  const references = Map.groupBy(including, ({ versionId }) => versionId);
  return rows.map((row) => ({ ...row, references: references.get(row.id) ?? [] }));
}

export const insertPrompt = (
  tx: Db,
  row: { id: string; projectId: string; name: string; type: PromptType; tags: string[]; createdAt: Date },
) => tx.insert(prompts).values(row);

/** Writes a version with what it includes. */
export async function insertVersion(
  tx: Db,
  promptId: string,
  { id, version, labels, prompt, config, commitMessage, createdBy }: WrittenPrompt,
  references: readonly Reference[],
  at: Date,
): Promise<void> {
  await tx.insert(versions).values({
    id,
    promptId,
    version,
    labels,
    content: JSON.stringify(prompt),
    config: JSON.stringify(config),
    commitMessage,
    createdBy,
    createdAt: at,
    updatedAt: at,
  });
  const rows = new Map(references.map((reference) => [keyOf(reference), { versionId: id, ...reference }]));
  if (rows.size > 0) await tx.insert(inclusions).values([...rows.values()]);
}

export async function writeLabels(
  tx: Db,
  changed: readonly { id: string; labels: readonly string[] }[],
  at: Date,
): Promise<void> {
  for (const { id, labels } of changed) {
    await tx
      .update(versions)
      .set({ labels: [...labels], updatedAt: at })
      .where(eq(versions.id, id));
  }
}

/** Tags belong to all versions, so all of them change. */
export async function writeTags(tx: Db, promptId: string, tags: string[], at: Date): Promise<void> {
  await tx.update(prompts).set({ tags }).where(eq(prompts.id, promptId));
  await tx.update(versions).set({ updatedAt: at }).where(eq(versions.promptId, promptId));
}

export const deletePrompt = (tx: Db, promptId: string) => tx.delete(prompts).where(eq(prompts.id, promptId));

export const deleteVersions = (tx: Db, ids: readonly string[]) => tx.delete(versions).where(inArray(versions.id, [...ids]));
