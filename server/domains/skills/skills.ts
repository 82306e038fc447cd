import { and, asc, count, desc, eq, gte, ilike, inArray, lt, max, or, sql } from 'drizzle-orm';
import { LATEST, PRODUCTION } from '../../../contract/prompt.ts';
import type { CreateSkillVersionInput, SkillContent, SkillFilter, SkillSummary, SkillVersion } from '../../../contract/skill.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { dropUnusedBlobs, keepBlobs } from './blobs.ts';
import { contentTypeOf } from './content-type.ts';
import { readFrontmatter } from './frontmatter.ts';

const { projects, skillBlobs: blobs, skillFiles: files, skills, skillVersions: versions } = tables;

type Db = Pick<MetadataDb, 'select'>;
type Skill = typeof skills.$inferSelect;
type Version = typeof versions.$inferSelect;

/** Who made a version when it was no person. */
const BY_KEY = 'API';

export interface SkillsDeps {
  db: MetadataDb;
  clock: Clock;
}

/** Which version is meant: neither is the one with the label `production`. */
export interface SkillSelector {
  version?: number | undefined;
  label?: string | undefined;
}

/**
 * Instructions for agents, a SKILL.md and the files beside it, in versions that never change; labels say which version is used where, as
 * those of prompts do. A skill's name is the one in its SKILL.md.
 */
export interface Skills {
  /** @throws AppError 400 for a SKILL.md without name and description, an unknown hash, too many bytes */
  createVersion(projectId: string, input: CreateSkillVersionInput, createdBy?: string): Promise<SkillVersion>;
  /** @throws AppError 400 for a version and a label, 404 */
  get(projectId: string, name: string, selector: SkillSelector): Promise<SkillVersion>;
  /** Whose newest version fits, the last changed first. @param page from 1 */
  list(
    projectId: string,
    filter: SkillFilter,
    page: number,
    limit: number,
  ): Promise<{ data: SkillSummary[]; totalItems: number }>;
  /** Newest first. @param page from 1 @throws AppError 404 */
  listVersions(
    projectId: string,
    name: string,
    page: number,
    limit: number,
  ): Promise<{ data: SkillVersion[]; totalItems: number }>;
  /** Texts in the order of the hashes, each once. @throws AppError 404 when the project has not all of them */
  readContents(projectId: string, hashes: readonly string[]): Promise<SkillContent[]>;
  /** Replaces the tags of all versions. @returns the newest version @throws AppError 404 */
  setTags(projectId: string, name: string, tags: readonly string[]): Promise<SkillVersion>;
  /** Replaces the labels of a version and takes them off the others; `latest` stays where it is. @throws AppError 404 */
  setLabels(projectId: string, name: string, version: number, labels: readonly string[]): Promise<SkillVersion>;
  /** With its last version the skill goes. @throws AppError 404 */
  deleteVersion(projectId: string, name: string, version: number): Promise<void>;
}

export function createSkills({ db, clock }: SkillsDeps): Skills {
  const named = (projectId: string, name: string) => and(eq(skills.projectId, projectId), eq(skills.name, name));

  /** @throws AppError 404 */
  async function findSkill(on: Db, projectId: string, name: string): Promise<Skill> {
    const [skill] = isStorable(name) ? await on.select().from(skills).where(named(projectId, name)) : [];
    if (!skill) throw missing();
    return skill;
  }

  /** @throws AppError 404 */
  async function findVersion(on: Db, { id }: Skill, version: number): Promise<Version> {
    const [found] = await on
      .select()
      .from(versions)
      .where(and(eq(versions.skillId, id), eq(versions.version, version)));
    if (!found) throw missing();
    return found;
  }

  const newestOf = async (on: Db, { id }: Skill): Promise<number> => {
    const [top] = await on
      .select({ version: max(versions.version) })
      .from(versions)
      .where(eq(versions.skillId, id));
    return top?.version ?? 0;
  };

  async function show(skill: Skill, found: readonly Version[]): Promise<SkillVersion[]> {
    const newest = await newestOf(db, skill);
    const rows = await db
      .select({ file: files, sha256Hash: blobs.sha256, contentLength: blobs.contentLength })
      .from(files)
      .innerJoin(blobs, eq(blobs.id, files.blobId))
      .where(
        inArray(
          files.versionId,
          found.map(({ id }) => id),
        ),
      )
      .orderBy(sql`${files.path} COLLATE "C"`);
    const byVersion = Map.groupBy(rows, ({ file }) => file.versionId);
    return found.map(({ createdAt, updatedAt, labels, ...version }) => ({
      id: version.id,
      projectId: skill.projectId,
      name: skill.name,
      version: version.version,
      description: version.description,
      frontmatter: version.frontmatter as Record<string, unknown>,
      labels: version.version === newest ? [...labels, LATEST] : labels,
      tags: skill.tags,
      commitMessage: version.commitMessage,
      createdBy: version.createdBy,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
      files: (byVersion.get(version.id) ?? []).map(({ file: { id, path, blobId }, ...blob }) => ({
        id,
        path,
        blobId,
        contentType: contentTypeOf(path),
        ...blob,
      })),
    }));
  }

  async function showOne(skill: Skill, version: Version): Promise<SkillVersion> {
    const [shown] = await show(skill, [version]);
    return shown!;
  }

  return {
    async createVersion(projectId, { files: given, commitMessage = null }, createdBy = BY_KEY) {
      const at = new Date(clock.now());
      const [skill, version] = await db.transaction(async (tx) => {
        await lockSkills(tx, projectId);
        const { blobIds, skillFile } = await keepBlobs(tx, projectId, given);
        const { name, description, ...rest } = readFrontmatter(skillFile);
        const [known] = await tx.select().from(skills).where(named(projectId, name));
        const [made] = known ? [] : await tx.insert(skills).values({ id: newId(), projectId, name, createdAt: at }).returning();
        const skill = (known ?? made)!;
        const [version] = await tx
          .insert(versions)
          .values({
            id: newId(),
            skillId: skill.id,
            version: (await newestOf(tx, skill)) + 1,
            description,
            frontmatter: { name, description, ...rest },
            commitMessage,
            createdBy,
            createdAt: at,
            updatedAt: at,
          })
          .returning();
        await tx
          .insert(files)
          .values([...blobIds].map(([path, blobId]) => ({ id: newId(), versionId: version!.id, path, blobId })));
        return [skill, version!] as const;
      });
      return showOne(skill, version);
    },

    async get(projectId, name, { version, label: given }) {
      if (version !== undefined && given !== undefined) throw invalidRequest('Cannot specify both version and label');
      const skill = await findSkill(db, projectId, name);
      if (version !== undefined) return showOne(skill, await findVersion(db, skill, version));
      const label = given ?? PRODUCTION;
      if (label === LATEST) return showOne(skill, await findVersion(db, skill, await newestOf(db, skill)));
      const [labelled] = isStorable(label)
        ? await db
            .select()
            .from(versions)
            .where(and(eq(versions.skillId, skill.id), sql`${label} = ANY(${versions.labels})`))
        : [];
      if (!labelled) throw missing();
      return showOne(skill, labelled);
    },

    async list(projectId, { name, search, tag, fromUpdatedAt, toUpdatedAt }, page, limit) {
      const text = `%${(search ?? '').replace(/[\\%_]/g, '\\$&')}%`;
      const wanted = and(
        eq(skills.projectId, projectId),
        name === undefined ? undefined : eq(skills.name, name),
        search === undefined ? undefined : or(ilike(skills.name, text), ilike(versions.description, text)),
        tag === undefined ? undefined : sql`${tag} = ANY(${skills.tags})`,
        fromUpdatedAt === undefined ? undefined : gte(versions.updatedAt, new Date(fromUpdatedAt)),
        toUpdatedAt === undefined ? undefined : lt(versions.updatedAt, new Date(toUpdatedAt)),
      );
      const tops = db
        .select({ skillId: versions.skillId, version: max(versions.version).as('top') })
        .from(versions)
        .groupBy(versions.skillId)
        .as('tops');
      const newest = and(eq(tops.skillId, skills.id), eq(versions.skillId, skills.id), eq(versions.version, tops.version));
      const [total] = await db
        .select({ count: count() })
        .from(skills)
        .innerJoin(tops, eq(tops.skillId, skills.id))
        .innerJoin(versions, newest)
        .where(wanted);
      const rows = await db
        .select({ skill: skills, version: versions })
        .from(skills)
        .innerJoin(tops, eq(tops.skillId, skills.id))
        .innerJoin(versions, newest)
        .where(wanted)
        .orderBy(desc(versions.updatedAt), asc(skills.name))
        .limit(limit)
        .offset((page - 1) * limit);
      const ids = rows.map(({ skill }) => skill.id);
      const inProduction = await db
        .select({ skillId: versions.skillId, version: versions.version })
        .from(versions)
        .where(and(inArray(versions.skillId, ids), sql`${PRODUCTION} = ANY(${versions.labels})`));
      const production = new Map(inProduction.map(({ skillId, version }) => [skillId, version]));
      const data = rows.map(({ skill, version }) => ({
        name: skill.name,
        description: version.description,
        tags: skill.tags,
        latestVersion: version.version,
        latestVersionCreatedAt: version.createdAt.toISOString(),
        latestVersionLastUpdatedAt: version.updatedAt.toISOString(),
        productionVersion: production.get(skill.id) ?? null,
      }));
      return { data, totalItems: total!.count };
    },

    async listVersions(projectId, name, page, limit) {
      const skill = await findSkill(db, projectId, name);
      const ofSkill = eq(versions.skillId, skill.id);
      const [total] = await db.select({ count: count() }).from(versions).where(ofSkill);
      const found = await db
        .select()
        .from(versions)
        .where(ofSkill)
        .orderBy(desc(versions.version))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: await show(skill, found), totalItems: total!.count };
    },

    async readContents(projectId, hashes) {
      const wanted = [...new Set(hashes)];
      const found = await db
        .select({ sha256Hash: blobs.sha256, content: blobs.content })
        .from(blobs)
        .where(and(eq(blobs.projectId, projectId), inArray(blobs.sha256, wanted)));
      const byHash = new Map(found.map((each) => [each.sha256Hash, each]));
      return wanted.map((hash) => {
        const content = byHash.get(hash);
        if (!content) throw notFound(`No file of a skill has the hash ${hash}`);
        return content;
      });
    },

    async setTags(projectId, name, tags) {
      const at = new Date(clock.now());
      const [skill, version] = await db.transaction(async (tx) => {
        await lockSkills(tx, projectId);
        const { id } = await findSkill(tx, projectId, name);
        const [skill] = await tx
          .update(skills)
          .set({ tags: [...new Set(tags)] })
          .where(eq(skills.id, id))
          .returning();
        const top = await newestOf(tx, skill!);
        const [version] = await tx
          .update(versions)
          .set({ updatedAt: at })
          .where(and(eq(versions.skillId, id), eq(versions.version, top)))
          .returning();
        return [skill!, version!] as const;
      });
      return showOne(skill, version);
    },

    async setLabels(projectId, name, version, given) {
      const at = new Date(clock.now());
      const labels = [...new Set(given)].filter((label) => label !== LATEST);
      const [skill, changed] = await db.transaction(async (tx) => {
        await lockSkills(tx, projectId);
        const skill = await findSkill(tx, projectId, name);
        const { id } = await findVersion(tx, skill, version);
        const all = await tx.select().from(versions).where(eq(versions.skillId, skill.id));
        for (const other of all) {
          const left = other.labels.filter((label) => !labels.includes(label));
          if (other.id === id || left.length === other.labels.length) continue;
          await tx.update(versions).set({ labels: left, updatedAt: at }).where(eq(versions.id, other.id));
        }
        const [changed] = await tx.update(versions).set({ labels, updatedAt: at }).where(eq(versions.id, id)).returning();
        return [skill, changed!] as const;
      });
      return showOne(skill, changed);
    },

    async deleteVersion(projectId, name, version) {
      await db.transaction(async (tx) => {
        await lockSkills(tx, projectId);
        const skill = await findSkill(tx, projectId, name);
        const { id } = await findVersion(tx, skill, version);
        await tx.delete(versions).where(eq(versions.id, id));
        if ((await newestOf(tx, skill)) === 0) await tx.delete(skills).where(eq(skills.id, skill.id));
        await dropUnusedBlobs(tx, projectId);
      });
    },
  };
}

/** Makes other changes of the project's skills wait until the transaction ends: their numbers, labels and texts depend on each other. */
const lockSkills = (tx: Db, projectId: string): Promise<unknown> =>
  tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update');

const missing = () => notFound('Skill not found');
