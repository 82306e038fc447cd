import { and, asc, count, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Dataset, UpsertDatasetInput } from '../../../contract/dataset.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { itemCheck } from './check-items.ts';

const { datasets, datasetItemVersions: versions } = tables;

export type DatasetRow = typeof datasets.$inferSelect;

/** A page of a list, `page` from 1, with the number of all that there are. */
export interface Paged<T> {
  data: T[];
  totalItems: number;
}

export interface Datasets {
  /** Creates a dataset, or changes the one of that name. @throws AppError 400 when a schema is none or items do not match it */
  upsert(projectId: string, input: UpsertDatasetInput): Promise<Dataset>;
  /** Newest first. */
  list(projectId: string, page: number, limit: number): Promise<Paged<Dataset>>;
  /** @throws AppError 404 */
  get(projectId: string, name: string): Promise<Dataset>;
}

/** How many items that break a new schema are named. */
const MAX_ERRORS = 10;
const BATCH = 200;

export function createDatasets({ db, clock }: { db: MetadataDb; clock: Clock }): Datasets {
  return {
    async upsert(projectId, input) {
      // Before anything is written, and before a lock is held.
      itemCheck({ inputSchema: input.inputSchema, expectedOutputSchema: input.expectedOutputSchema });
      const at = new Date(clock.now());
      return db.transaction(async (tx) => {
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
        if (created) return shown(created);
        const current = await lockDataset(tx, projectId, input.name);
        const next = {
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

    async list(projectId, page, limit) {
      const ofProject = eq(datasets.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(datasets).where(ofProject);
      const rows = await db
        .select()
        .from(datasets)
        .where(ofProject)
        .orderBy(desc(datasets.createdAt), desc(datasets.id))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    get: async (projectId, name) => shown(await findDataset(db, projectId, name)),
  };
}

const byName = (projectId: string, name: string) => and(eq(datasets.projectId, projectId), eq(datasets.name, name));

/** @throws AppError 404 */
export async function findDataset(db: MetadataDb, projectId: string, name: string): Promise<DatasetRow> {
  const [row] = await db.select().from(datasets).where(byName(projectId, name));
  if (!row) throw notFound('Dataset not found');
  return row;
}

/** The dataset, with all other writers of it and its items kept waiting until the transaction ends. @throws AppError 404 */
export async function lockDataset(tx: MetadataDb, projectId: string, name: string): Promise<DatasetRow> {
  const [row] = await tx.select().from(datasets).where(byName(projectId, name)).for('no key update');
  if (!row) throw notFound('Dataset not found');
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
