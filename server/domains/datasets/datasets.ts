import { and, asc, count, desc, eq, gt, isNull, type SQL } from 'drizzle-orm';
import type { Dataset, UpsertDatasetInput } from '../../../contract/dataset.ts';
import type { Clock } from '../../lib/clock.ts';
import { conflict, invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { itemCheck } from './check-items.ts';
import { rememberDeleted } from './deleted-runs.ts';

const { datasets, datasetItemVersions: versions, datasetRuns: runs } = tables;

export type DatasetRow = typeof datasets.$inferSelect;

/** A page of a list, `page` from 1, with the number of all that there are. */
export interface Paged<T> {
  data: T[];
  totalItems: number;
}

export interface Datasets {
  /**
   * Creates a dataset, or changes the one of that name.
   * @param id of the dataset that is meant, which takes the name
   * @throws AppError 400 when a schema is none or items do not match it; with an id also 404, and 409 when another one has the name
   */
  upsert(projectId: string, input: UpsertDatasetInput, id?: string): Promise<Dataset>;
  /** Newest first; `name` narrows to the one of that name. */
  list(projectId: string, page: number, limit: number, name?: string): Promise<Paged<Dataset>>;
  /** @throws AppError 404 */
  get(projectId: string, name: string): Promise<Dataset>;
  /** @throws AppError 404 */
  getById(projectId: string, id: string): Promise<Dataset>;
  /** With its items, their versions, and its runs; traces and scores stay. @throws AppError 404 */
  delete(projectId: string, name: string): Promise<void>;
}

/** How many items that break a new schema are named. */
const MAX_ERRORS = 10;
const BATCH = 200;

export function createDatasets({ db, clock }: { db: MetadataDb; clock: Clock }): Datasets {
  return {
    async upsert(projectId, input, id) {
      // Before anything is written, and before a lock is held.
      itemCheck({ inputSchema: input.inputSchema, expectedOutputSchema: input.expectedOutputSchema });
      const at = new Date(clock.now());
      return db.transaction(async (tx) => {
        if (id === undefined) {
          const created = await insert(tx, projectId, input, at);
          if (created) return shown(created);
        }
        const where = id === undefined ? byName(projectId, input.name) : byId(projectId, id);
        const current = await lock(tx, where);
        if (current.name !== input.name) await assertNameIsFree(tx, projectId, input.name);
        const next = {
          name: input.name,
          description: input.description ?? current.description,
          metadata: input.metadata ?? current.metadata,
          inputSchema: input.inputSchema === undefined ? current.inputSchema : input.inputSchema,
          expectedOutputSchema:
            input.expectedOutputSchema === undefined ? current.expectedOutputSchema : input.expectedOutputSchema,
        };
        if (input.inputSchema || input.expectedOutputSchema) await assertItemsMatch(tx, current.id, next);
        const [changed] = await tx
          .update(datasets)
          .set({ ...next, updatedAt: at })
          .where(eq(datasets.id, current.id))
          .returning();
        return shown(changed!);
      });
    },

    async list(projectId, page, limit, name) {
      const wanted = name === undefined ? eq(datasets.projectId, projectId) : byName(projectId, name);
      const [total] = await db.select({ count: count() }).from(datasets).where(wanted);
      const rows = await db
        .select()
        .from(datasets)
        .where(wanted)
        .orderBy(desc(datasets.createdAt), desc(datasets.id))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    get: async (projectId, name) => shown(await findDataset(db, projectId, name)),

    async delete(projectId, name) {
      await db.transaction(async (tx) => {
        const dataset = await lockDataset(tx, projectId, name);
        const all = await tx.select({ id: runs.id }).from(runs).where(eq(runs.datasetId, dataset.id));
        const ids = all.map(({ id }) => id);
        await rememberDeleted(tx, projectId, ids, new Date(clock.now()));
        await tx.delete(datasets).where(eq(datasets.id, dataset.id));
      });
    },

    async getById(projectId, id) {
      const [row] = await db.select().from(datasets).where(byId(projectId, id));
      if (!row) throw missing();
      return shown(row);
    },
  };
}

/** Null when there is one of that name. */
async function insert(tx: MetadataDb, projectId: string, input: UpsertDatasetInput, at: Date): Promise<DatasetRow | null> {
  const [created] = await tx
    .insert(datasets)
    .values({
      id: newId(),
      projectId,
      name: input.name,
      description: input.description ?? null,
      metadata: input.metadata ?? null,
      inputSchema: input.inputSchema ?? null,
      expectedOutputSchema: input.expectedOutputSchema ?? null,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoNothing({ target: [datasets.projectId, datasets.name] })
    .returning();
  return created ?? null;
}

const missing = () => notFound('Dataset not found');

const byId = (projectId: string, id: string) => and(eq(datasets.projectId, projectId), eq(datasets.id, id));

/** @throws AppError 409 */
async function assertNameIsFree(tx: MetadataDb, projectId: string, name: string): Promise<void> {
  const [taken] = await tx.select({ id: datasets.id }).from(datasets).where(byName(projectId, name));
  if (taken) throw conflict(`A dataset named "${name}" already exists in this project.`);
}

const byName = (projectId: string, name: string) => and(eq(datasets.projectId, projectId), eq(datasets.name, name));

/** @throws AppError 404 */
export async function findDataset(db: MetadataDb, projectId: string, name: string): Promise<DatasetRow> {
  const [row] = await db.select().from(datasets).where(byName(projectId, name));
  if (!row) throw missing();
  return row;
}

/** The dataset, with all other writers of it and its items kept waiting until the transaction ends. @throws AppError 404 */
export const lockDataset = (tx: MetadataDb, projectId: string, name: string): Promise<DatasetRow> =>
  lock(tx, byName(projectId, name));

async function lock(tx: MetadataDb, where: SQL | undefined): Promise<DatasetRow> {
  const [row] = await tx.select().from(datasets).where(where).for('no key update');
  if (!row) throw missing();
  return row;
}

async function assertItemsMatch(
  tx: MetadataDb,
  datasetId: string,
  schemas: Pick<DatasetRow, 'inputSchema' | 'expectedOutputSchema'>,
): Promise<void> {
  const check = itemCheck(schemas);
  const errors: string[] = [];
  for (let after = 0; errors.length < MAX_ERRORS; ) {
    const items = await tx
      .select({
        sequence: versions.sequence,
        id: versions.id,
        input: versions.input,
        expectedOutput: versions.expectedOutput,
      })
      .from(versions)
      .where(
        and(
          eq(versions.datasetId, datasetId),
          isNull(versions.validTo),
          eq(versions.isDeleted, false),
          gt(versions.sequence, after),
        ),
      )
      .orderBy(asc(versions.sequence))
      .limit(BATCH);
    for (const item of items) {
      const [first] = check(item);
      if (first) errors.push(`item ${item.id}: ${first}`);
    }
    if (items.length < BATCH) break;
    after = items.at(-1)!.sequence;
  }
  if (errors.length === 0) return;
  throw invalidRequest(`Existing items do not match the schema: ${errors.slice(0, MAX_ERRORS).join('; ')}`);
}

const shown = (row: DatasetRow): Dataset => ({
  id: row.id,
  projectId: row.projectId,
  name: row.name,
  description: row.description,
  metadata: row.metadata,
  inputSchema: row.inputSchema,
  expectedOutputSchema: row.expectedOutputSchema,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
