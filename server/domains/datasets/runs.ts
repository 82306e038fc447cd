import { and, count, desc, eq, inArray } from 'drizzle-orm';
import type { CreateDatasetRunItemInput, DatasetRun, DatasetRunItem } from '../../../contract/dataset.ts';
import { isObject } from '../../../contract/json/parse.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { findDataset, type Paged } from './datasets.ts';
import { rememberDeleted } from './deleted-runs.ts';
import { datasetOfItem } from './items.ts';
import { runIdOf } from './run-id.ts';

const { datasets, datasetRuns: runs, datasetRunItems: links } = tables;

type RunRow = typeof runs.$inferSelect;
type LinkRow = typeof links.$inferSelect;

export interface DatasetRunsDeps {
  db: MetadataDb;
  clock: Clock;
  /** The trace of an observation, or null when it was not received. */
  findTraceOf(projectId: string, observationId: string): Promise<string | null>;
  /** When an observation began, or its trace when none is named; null while it was not received. */
  findStart(projectId: string, traceId: string, observationId: string | null): Promise<Date | null>;
}

export interface DatasetRuns {
  /**
   * Links an item with a trace or observation under a run, which the first link creates; description and metadata of later ones are
   * added to it. The same link twice is one.
   * @throws AppError 404 unknown item or observation, 400 neither trace nor observation
   */
  addItem(projectId: string, input: CreateDatasetRunItemInput): Promise<DatasetRunItem>;
  /** Newest first. @throws AppError 404 unknown dataset */
  list(projectId: string, datasetName: string, page: number, limit: number): Promise<Paged<DatasetRun>>;
  /** Names by dataset, newest first. */
  listNames(projectId: string, datasetIds: string[]): Promise<Map<string, string[]>>;
  /** By the ids of both. @throws AppError 404 */
  getById(projectId: string, datasetId: string, runId: string): Promise<DatasetRun>;
  /** With all its items. @throws AppError 404 */
  get(projectId: string, datasetName: string, runName: string): Promise<DatasetRun & { datasetRunItems: DatasetRunItem[] }>;
  /** Newest first. @throws AppError 404 unknown run */
  listItems(
    projectId: string,
    run: { datasetId: string; runName: string },
    page: number,
    limit: number,
  ): Promise<Paged<DatasetRunItem>>;
  /** With its links; the traces stay. @throws AppError 404 */
  delete(projectId: string, datasetName: string, runName: string): Promise<void>;
}

export function createDatasetRuns({ db, clock, findTraceOf, findStart }: DatasetRunsDeps): DatasetRuns {
  async function findRun(projectId: string, datasetId: string, name: string): Promise<RunRow> {
    const [run] = await db
      .select()
      .from(runs)
      .where(and(eq(runs.projectId, projectId), eq(runs.datasetId, datasetId), eq(runs.name, name)));
    if (!run) throw notFound('Dataset run not found');
    return run;
  }

  async function traceOf(projectId: string, input: CreateDatasetRunItemInput): Promise<string> {
    if (input.traceId) return input.traceId;
    const traceId = await findTraceOf(projectId, input.observationId!);
    if (traceId === null) throw notFound('Observation not found');
    return traceId;
  }

  return {
    async addItem(projectId, input) {
      if (!input.traceId && !input.observationId) throw invalidRequest('traceId or observationId is needed.');
      const dataset = await datasetOfItem(db, projectId, input.datasetItemId, input.datasetVersion ?? undefined);
      if (!dataset) throw notFound('Dataset item not found');
      const traceId = await traceOf(projectId, input);
      const at = new Date(clock.now());
      const createdAt = input.createdAt ?? at;
      const startedAt = (await findStart(projectId, traceId, input.observationId ?? null)) ?? createdAt;
      return db.transaction(async (tx) => {
        const run = await upsertRun(tx, { projectId, datasetId: dataset.id, name: input.runName, at }, input);
        const [link] = await tx
          .insert(links)
          .values({
            id: newId(),
            projectId,
            runId: run.id,
            datasetItemId: input.datasetItemId,
            traceId,
            observationId: input.observationId ?? '',
            startedAt,
            createdAt,
            updatedAt: at,
          })
          .onConflictDoUpdate({
            target: [links.runId, links.datasetItemId, links.traceId, links.observationId],
            set: { updatedAt: at },
          })
          .returning();
        return shownLink(link!, run);
      });
    },

    async list(projectId, datasetName, page, limit) {
      const dataset = await findDataset(db, projectId, datasetName);
      const ofDataset = eq(runs.datasetId, dataset.id);
      const [total] = await db.select({ count: count() }).from(runs).where(ofDataset);
      const rows = await db
        .select()
        .from(runs)
        .where(ofDataset)
        .orderBy(desc(runs.createdAt), desc(runs.id))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map((run) => shownRun(run, dataset.name)), totalItems: total!.count };
    },

    async listNames(projectId, datasetIds) {
      const names = new Map<string, string[]>(datasetIds.map((datasetId) => [datasetId, []]));
      if (datasetIds.length === 0) return names;
      const rows = await db
        .select({ name: runs.name, datasetId: runs.datasetId })
        .from(runs)
        .where(and(eq(runs.projectId, projectId), inArray(runs.datasetId, datasetIds)))
        .orderBy(desc(runs.createdAt), desc(runs.id));
      for (const row of rows) names.get(row.datasetId)!.push(row.name);
      return names;
    },

    async getById(projectId, datasetId, runId) {
      if (!isStorable(datasetId) || !isStorable(runId)) throw notFound('Dataset run not found');
      const [found] = await db
        .select({ run: runs, datasetName: datasets.name })
        .from(runs)
        .innerJoin(datasets, eq(datasets.id, runs.datasetId))
        .where(and(eq(runs.projectId, projectId), eq(runs.datasetId, datasetId), eq(runs.id, runId)));
      if (!found) throw notFound('Dataset run not found');
      return shownRun(found.run, found.datasetName);
    },

    async get(projectId, datasetName, runName) {
      const dataset = await findDataset(db, projectId, datasetName);
      const run = await findRun(projectId, dataset.id, runName);
      const rows = await db
        .select()
        .from(links)
        .where(eq(links.runId, run.id))
        .orderBy(...newestFirst);
      return { ...shownRun(run, dataset.name), datasetRunItems: rows.map((link) => shownLink(link, run)) };
    },

    async listItems(projectId, { datasetId, runName }, page, limit) {
      const run = await findRun(projectId, datasetId, runName);
      const ofRun = eq(links.runId, run.id);
      const [total] = await db.select({ count: count() }).from(links).where(ofRun);
      const rows = await db
        .select()
        .from(links)
        .where(ofRun)
        .orderBy(...newestFirst)
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map((link) => shownLink(link, run)), totalItems: total!.count };
    },

    async delete(projectId, datasetName, runName) {
      const dataset = await findDataset(db, projectId, datasetName);
      const run = await findRun(projectId, dataset.id, runName);
      await db.transaction(async (tx) => {
        // Steps of the run name it still: it must not come back as an experiment of theirs.
        await rememberDeleted(tx, projectId, [run.id], new Date(clock.now()));
        await tx.delete(runs).where(eq(runs.id, run.id));
      });
    },
  };
}

const newestFirst = [desc(links.createdAt), desc(links.sequence)];

/** The run of a name: made when there is none, else with what the link says of it added. */
async function upsertRun(
  tx: MetadataDb,
  { at, ...key }: { projectId: string; datasetId: string; name: string; at: Date },
  input: CreateDatasetRunItemInput,
): Promise<RunRow> {
  const added = runMetadata(input);
  const description = input.runDescription ?? null;
  const [created] = await tx
    .insert(runs)
    .values({ id: runIdOf(key), ...key, description, metadata: added, createdAt: at, updatedAt: at })
    // The id follows from the name: whoever comes at the same time meets either of the two unique keys.
    .onConflictDoNothing()
    .returning();
  if (created) return created;
  const [run] = await tx
    .select()
    .from(runs)
    .where(and(eq(runs.datasetId, key.datasetId), eq(runs.name, key.name)))
    .for('no key update');
  if (!run) throw notFound('Dataset run was deleted meanwhile');
  const next = {
    description: description ?? run.description,
    metadata: added ? { ...(run.metadata as Record<string, unknown> | null), ...added } : run.metadata,
  };
  if (JSON.stringify(next) === JSON.stringify({ description: run.description, metadata: run.metadata })) return run;
  const [changed] = await tx
    .update(runs)
    .set({ ...next, updatedAt: at })
    .where(eq(runs.id, run.id))
    .returning();
  return changed!;
}

/** What a link says of its run: anything but an object is wrapped, the version of the dataset is kept with it. Null for nothing. */
function runMetadata({ metadata, datasetVersion }: CreateDatasetRunItemInput): Record<string, unknown> | null {
  const given = isObject(metadata) ? metadata : { metadata };
  const said = metadata === undefined || metadata === null ? null : given;
  return datasetVersion ? { ...said, dataset_version: datasetVersion.toISOString() } : said;
}

const shownRun = (run: RunRow, datasetName: string): DatasetRun => ({
  id: run.id,
  name: run.name,
  description: run.description,
  metadata: run.metadata,
  datasetId: run.datasetId,
  datasetName,
  createdAt: run.createdAt.toISOString(),
  updatedAt: run.updatedAt.toISOString(),
});

const shownLink = (link: LinkRow, run: RunRow): DatasetRunItem => ({
  id: link.id,
  datasetRunId: run.id,
  datasetRunName: run.name,
  datasetItemId: link.datasetItemId,
  traceId: link.traceId,
  observationId: link.observationId || null,
  createdAt: link.createdAt.toISOString(),
  updatedAt: link.updatedAt.toISOString(),
});
