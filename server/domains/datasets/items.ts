import { and, count, desc, eq, gt, inArray, isNull, lte, or, type SQL } from 'drizzle-orm';
import type { DatasetItem, UpsertDatasetItemInput } from '../../../contract/dataset.ts';
import type { Clock } from '../../lib/clock.ts';
import { conflict, invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { isUniqueViolation, type MetadataDb, tables } from '../../store/metadata/index.ts';
import { assertItem, itemCheck } from './check-items.ts';
import { findDataset, lockDataset, type Paged } from './datasets.ts';
import { itemContent } from './item-content.ts';

const { datasets, datasetItemVersions: versions } = tables;

type ItemVersion = typeof versions.$inferSelect;

/** An item as it is written, without its dataset. */
export type ItemInput = Omit<UpsertDatasetItemInput, 'datasetName'>;

export interface ItemFilter {
  datasetName?: string | undefined;
  sourceTraceId?: string | undefined;
  sourceObservationId?: string | undefined;
  /** Items as they were then; needs `datasetName`. */
  version?: Date | undefined;
}

export interface DatasetItems {
  /**
   * Creates an item or changes the one of that id; what is absent or null stays (contract §5.4).
   * @throws AppError 404 unknown dataset, 409 the id belongs to another dataset, 400 no input or not what the schemas want
   */
  upsert(projectId: string, input: UpsertDatasetItemInput): Promise<DatasetItem>;
  /**
   * As `upsert`, for many items of one dataset: all of them or none.
   * @throws AppError as upsert; 400 when two have one id
   */
  upsertAll(projectId: string, datasetName: string, items: readonly ItemInput[]): Promise<DatasetItem[]>;
  /** ACTIVE ones, last written first. @throws AppError 404 unknown dataset, 400 a version without a dataset */
  list(projectId: string, filter: ItemFilter, page: number, limit: number): Promise<Paged<DatasetItem>>;
  /** All ACTIVE ones of a dataset. */
  listAll(projectId: string, datasetId: string): Promise<DatasetItem[]>;
  /** Ids of the ACTIVE ones by dataset. */
  listIds(projectId: string, datasetIds: string[]): Promise<Map<string, string[]>>;
  /** ACTIVE or ARCHIVED. @throws AppError 404 */
  get(projectId: string, id: string): Promise<DatasetItem>;
  /** Leaves what it was readable at its time. @throws AppError 404 */
  delete(projectId: string, id: string): Promise<void>;
}

export interface DatasetItemsDeps {
  db: MetadataDb;
  clock: Clock;
  /** Told of items that were written, before their writer hears of it. */
  onWritten?: (projectId: string, items: readonly DatasetItem[]) => Promise<void>;
}

export function createDatasetItems({ db, clock, onWritten }: DatasetItemsDeps): DatasetItems {
  /** A version never begins when or before the one that it ends began, whatever the clock says. */
  const startAfter = (former: ItemVersion | undefined) =>
    new Date(Math.max(clock.now(), former ? former.validFrom.getTime() + 1 : 0));

  /** Writes the items in one transaction, a version each. */
  async function writeAll(projectId: string, datasetName: string, given: readonly ItemInput[]): Promise<DatasetItem[]> {
    const items = given.map((item) => ({ ...item, id: item.id ?? newId() }));
    const ids = items.map(({ id }) => id);
    assertOnce(ids);
    try {
      const all = await db.transaction(async (tx) => {
        const dataset = await lockDataset(tx, projectId, datasetName);
        const check = itemCheck(dataset);
        const formers = new Map((await lockCurrent(tx, projectId, ids)).map((former) => [former.id, former]));
        const rows = items.map((item) => {
          const former = formers.get(item.id);
          const stored = former?.isDeleted ? undefined : former;
          if (stored && stored.datasetId !== dataset.id) throw takenElsewhere(item.id);
          const content = {
            input: itemContent(item.input) ?? stored?.input,
            expectedOutput: itemContent(item.expectedOutput) ?? stored?.expectedOutput ?? null,
          };
          if (content.input === undefined) throw invalidRequest('Dataset item input cannot be null');
          assertItem(check, content);
          const validFrom = startAfter(former);
          return {
            projectId,
            id: item.id,
            datasetId: dataset.id,
            validFrom,
            status: item.status ?? stored?.status ?? 'ACTIVE',
            ...content,
            metadata: itemContent(item.metadata) ?? stored?.metadata ?? null,
            sourceTraceId: item.sourceTraceId ?? stored?.sourceTraceId ?? null,
            sourceObservationId: item.sourceObservationId ?? stored?.sourceObservationId ?? null,
            createdAt: stored?.createdAt ?? validFrom,
          };
        });
        for (const { id, validFrom } of rows) {
          const former = formers.get(id);
          if (former) await tx.update(versions).set({ validTo: validFrom }).where(eq(versions.sequence, former.sequence));
        }
        const written = await tx.insert(versions).values(rows).returning();
        const byId = new Map(written.map((version) => [version.id, version]));
        return ids.map((id) => shown({ version: byId.get(id)!, datasetName: dataset.name }));
      });
      await onWritten?.(projectId, all);
      return all;
    } catch (error) {
      // Two writers of one new id: those of one dataset wait for each other, so the other one writes to another.
      if (isUniqueViolation(error)) throw takenElsewhere(ids.length === 1 ? ids[0]! : 'of the list');
      throw error;
    }
  }

  const select = (from: MetadataDb = db) =>
    from
      .select({ version: versions, datasetName: datasets.name })
      .from(versions)
      .innerJoin(datasets, eq(datasets.id, versions.datasetId));

  return {
    async upsert(projectId, { datasetName, ...item }) {
      const [written] = await writeAll(projectId, datasetName, [item]);
      return written!;
    },

    upsertAll: writeAll,

    async list(projectId, filter, page, limit) {
      if (filter.version && filter.datasetName === undefined)
        throw invalidRequest('version needs datasetName: a version is one of a dataset.');
      const conditions: (SQL | undefined)[] = [activeAt(projectId, filter.version)];
      if (filter.datasetName !== undefined)
        conditions.push(eq(versions.datasetId, (await findDataset(db, projectId, filter.datasetName)).id));
      if (filter.sourceTraceId !== undefined) conditions.push(eq(versions.sourceTraceId, filter.sourceTraceId));
      if (filter.sourceObservationId !== undefined) conditions.push(eq(versions.sourceObservationId, filter.sourceObservationId));
      const where = and(...conditions);
      const [total] = await db.select({ count: count() }).from(versions).where(where);
      const rows = await select()
        .where(where)
        .orderBy(...newestFirst)
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    async listAll(projectId, datasetId) {
      const rows = await select()
        .where(and(activeAt(projectId), eq(versions.datasetId, datasetId)))
        .orderBy(...newestFirst);
      return rows.map(shown);
    },

    async listIds(projectId, datasetIds) {
      const ids = new Map<string, string[]>(datasetIds.map((datasetId) => [datasetId, []]));
      if (datasetIds.length === 0) return ids;
      const rows = await db
        .select({ id: versions.id, datasetId: versions.datasetId })
        .from(versions)
        .where(and(activeAt(projectId), inArray(versions.datasetId, datasetIds)))
        .orderBy(...newestFirst);
      for (const row of rows) ids.get(row.datasetId)!.push(row.id);
      return ids;
    },

    async get(projectId, id) {
      const [row] = await select().where(existing(projectId, id));
      if (!row) throw notFound('Dataset item not found');
      return shown(row);
    },

    async delete(projectId, id) {
      await db.transaction(async (tx) => {
        // Writers of a dataset wait for each other at the dataset, so that none looks for a version which another is ending.
        const dataset = await datasetOfItem(tx, projectId, id);
        if (dataset) await lockDataset(tx, projectId, dataset.name);
        const [current] = await lockCurrent(tx, projectId, [id]);
        if (!current || current.isDeleted) throw notFound('Dataset item not found');
        const validFrom = startAfter(current);
        await tx.update(versions).set({ validTo: validFrom }).where(eq(versions.sequence, current.sequence));
        const { sequence: _, ...values } = current;
        await tx.insert(versions).values({ ...values, validFrom, validTo: null, isDeleted: true });
      });
    },
  };
}

const newestFirst = [desc(versions.validFrom), desc(versions.sequence)];

/** Valid at a moment, or now. */
const validAt = (at?: Date) =>
  at ? and(lte(versions.validFrom, at), or(isNull(versions.validTo), gt(versions.validTo, at))) : isNull(versions.validTo);

const activeAt = (projectId: string, at?: Date) =>
  and(eq(versions.projectId, projectId), validAt(at), eq(versions.isDeleted, false), eq(versions.status, 'ACTIVE'));

const existing = (projectId: string, id: string, at?: Date) =>
  and(eq(versions.projectId, projectId), eq(versions.id, id), validAt(at), eq(versions.isDeleted, false));

/** The dataset of an item as it is, or was at a moment; null when there is no such item. */
export async function datasetOfItem(db: MetadataDb, projectId: string, id: string, at?: Date) {
  const [row] = await db
    .select({ id: datasets.id, name: datasets.name })
    .from(versions)
    .innerJoin(datasets, eq(datasets.id, versions.datasetId))
    .where(existing(projectId, id, at));
  return row ?? null;
}

/** The versions that hold now, deleted ones included. */
async function lockCurrent(tx: MetadataDb, projectId: string, ids: string[]): Promise<ItemVersion[]> {
  return tx
    .select()
    .from(versions)
    .where(and(eq(versions.projectId, projectId), inArray(versions.id, ids), isNull(versions.validTo)))
    .for('update');
}

const takenElsewhere = (id: string) =>
  conflict(`A dataset item with id ${id} already exists in another dataset of this project.`);

/** @throws AppError 400 when two items of one request have one id: which of them counts? */
function assertOnce(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw invalidRequest(`Two items have the id ${id}.`);
    seen.add(id);
  }
}

const shown = ({ version, datasetName }: { version: ItemVersion; datasetName: string }): DatasetItem => ({
  id: version.id,
  datasetId: version.datasetId,
  datasetName,
  status: version.status,
  input: version.input,
  expectedOutput: version.expectedOutput,
  metadata: version.metadata,
  sourceTraceId: version.sourceTraceId,
  sourceObservationId: version.sourceObservationId,
  createdAt: version.createdAt.toISOString(),
  updatedAt: version.validFrom.toISOString(),
});
