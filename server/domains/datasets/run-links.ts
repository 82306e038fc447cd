import { and, count, desc, eq, gt, gte, inArray, isNull, lt, lte, max, min, or } from 'drizzle-orm';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { datasetRuns: runs, datasetRunItems: links, datasetItemVersions: versions, deletedDatasetRuns: deletedRuns } = tables;

/** A range of time: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  from: Date;
  to?: Date | undefined;
}

/** A run with its links of a range of time. */
export interface RunActivity {
  id: string;
  name: string;
  datasetId: string;
  first: Date;
  last: Date;
  links: number;
}

/** What is said of a run as a whole. */
export interface RunTexts {
  id: string;
  name: string;
  datasetId: string;
  description: string | null;
  metadata: unknown;
}

/** A link between an item and what a run made of it. */
export interface RunLink {
  id: string;
  runId: string;
  itemId: string;
  traceId: string;
  /** Null for a link to a whole trace. */
  observationId: string | null;
  startedAt: Date;
  createdAt: Date;
}

/** What an item said when it was linked. */
export interface LinkedItem {
  expectedOutput: unknown;
  metadata: unknown;
  version: Date;
}

/** Reads of runs by time, whatever their dataset: what experiments are made of. */
export interface RunLinks {
  /** All runs that have links in the range. */
  listActivity(projectId: string, range: TimeRange): Promise<RunActivity[]>;
  /** Runs by id; unknown ones are missing. */
  describe(projectId: string, runIds: readonly string[]): Promise<Map<string, RunTexts>>;
  /** All links of runs in the range. */
  listOf(projectId: string, runIds: readonly string[], range: TimeRange): Promise<RunLink[]>;
  /** Links in the range by when what they link began, newest first, those after `after`; of all runs unless some are named. */
  page(
    projectId: string,
    range: TimeRange,
    more: { runIds?: readonly string[] | undefined; until?: Date | undefined; after?: RunLink | undefined; size: number },
  ): Promise<RunLink[]>;
  /** What the items of links said when they were linked, by the id of the link; items that are gone are missing. */
  itemsOf(projectId: string, of: readonly RunLink[]): Promise<Map<string, LinkedItem>>;
  /** Runs that were deleted since then: steps that began before the deletion name them still. */
  listDeleted(projectId: string, since: Date): Promise<{ runId: string; deletedAt: Date }[]>;
}

const LINK = {
  id: links.id,
  runId: links.runId,
  itemId: links.datasetItemId,
  traceId: links.traceId,
  observationId: links.observationId,
  startedAt: links.startedAt,
  createdAt: links.createdAt,
};

type LinkRow = Omit<RunLink, 'observationId'> & { observationId: string };
const shown = (row: LinkRow): RunLink => ({ ...row, observationId: row.observationId || null });

const within = ({ from, to }: TimeRange) => and(gte(links.startedAt, from), to && lt(links.startedAt, to));

export function createRunLinks({ db }: { db: MetadataDb }): RunLinks {
  return {
    async listActivity(projectId, range) {
      const rows = await db
        .select({
          id: runs.id,
          name: runs.name,
          datasetId: runs.datasetId,
          first: min(links.startedAt),
          last: max(links.startedAt),
          links: count(),
        })
        .from(links)
        .innerJoin(runs, eq(runs.id, links.runId))
        .where(and(eq(links.projectId, projectId), within(range)))
        .groupBy(runs.id);
      return rows.map((row) => ({ ...row, first: row.first!, last: row.last! }));
    },

    async describe(projectId, runIds) {
      if (runIds.length === 0) return new Map();
      const rows = await db
        .select({
          id: runs.id,
          name: runs.name,
          datasetId: runs.datasetId,
          description: runs.description,
          metadata: runs.metadata,
        })
        .from(runs)
        .where(and(eq(runs.projectId, projectId), inArray(runs.id, [...runIds])));
      return new Map(rows.map((run) => [run.id, run]));
    },

    async listOf(projectId, runIds, range) {
      if (runIds.length === 0) return [];
      const rows = await db
        .select(LINK)
        .from(links)
        .where(and(eq(links.projectId, projectId), inArray(links.runId, [...runIds]), within(range)));
      return rows.map(shown);
    },

    async page(projectId, range, { runIds, until, after, size }) {
      if (runIds?.length === 0) return [];
      const rows = await db
        .select(LINK)
        .from(links)
        .where(
          and(
            eq(links.projectId, projectId),
            within(range),
            until && lte(links.startedAt, until),
            runIds && inArray(links.runId, [...runIds]),
            after && or(lt(links.startedAt, after.startedAt), and(eq(links.startedAt, after.startedAt), lt(links.id, after.id))),
          ),
        )
        .orderBy(desc(links.startedAt), desc(links.id))
        .limit(size);
      return rows.map(shown);
    },

    async itemsOf(projectId, of) {
      if (of.length === 0) return new Map();
      const rows = await db
        .select({
          linkId: links.id,
          expectedOutput: versions.expectedOutput,
          metadata: versions.metadata,
          version: versions.validFrom,
        })
        .from(links)
        .innerJoin(
          versions,
          and(
            eq(versions.projectId, links.projectId),
            eq(versions.id, links.datasetItemId),
            eq(versions.isDeleted, false),
            lte(versions.validFrom, links.createdAt),
            or(isNull(versions.validTo), gt(versions.validTo, links.createdAt)),
          ),
        )
        .where(
          and(
            eq(links.projectId, projectId),
            inArray(
              links.id,
              of.map(({ id }) => id),
            ),
          ),
        );
      return new Map(rows.map(({ linkId, ...item }) => [linkId, item]));
    },

    async listDeleted(projectId, since) {
      return db
        .select({ runId: deletedRuns.runId, deletedAt: deletedRuns.deletedAt })
        .from(deletedRuns)
        .where(and(eq(deletedRuns.projectId, projectId), gte(deletedRuns.deletedAt, since)));
    },
  };
}
