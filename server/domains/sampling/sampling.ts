import { and, count, desc, eq, gt, gte, isNull, sql } from 'drizzle-orm';
import { NO_SAMPLING, PROTECTED, REST, type SamplingSettings } from '../../../contract/sampling.ts';
import type { Clock } from '../../lib/clock.ts';
import { conflict } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { findFitting, findNewest, findSettledTraces, MOST_IDS, weighTraces } from '../../query/settled-traces.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { isUniqueViolation, type MetadataDb, tables } from '../../store/metadata/index.ts';
import { type Decision, decide, type SlowFrom } from './decide.ts';
import type { FindReferred } from './find-referred.ts';
import { readSlowFrom } from './slow-from.ts';

const { projects, samplingCounts, samplingProgress, samplingVersions } = tables;

export interface SamplingDeps {
  db: MetadataDb;
  clock: Clock;
  log: Logger;
  reader: AnalyticsReader;
  findReferred: FindReferred;
  /** Deletes traces with everything that belongs to them; hidden when it resolves. Bears repetition. */
  deleteTraces(projectId: string, traceIds: readonly string[]): Promise<void>;
}

export type SavedSettings = SamplingSettings & { version: number; changedAt: string | null; changedBy: string | null };

/** What a rule did with the traces that it decided on. */
export interface RuleCount {
  rule: string;
  kept: number;
  dropped: number;
}

export interface Preview extends Omit<RuleCount, 'rule'> {
  looked: number;
  total: number;
  byRule: RuleCount[];
  droppedObservations: number;
  droppedBytes: number;
  droppedCost: number;
}

/**
 * Tail sampling: which traces a project keeps, decided when they are whole. Everything is stored and shown first, so that nobody waits
 * and nothing acknowledged is lost by an accident; what the rules drop is deleted once the trace has been quiet for the settling time.
 */
export interface Sampling {
  get(projectId: string): Promise<SavedSettings>;
  /** @throws AppError 409 when somebody else changed them at the same moment */
  put(projectId: string, settings: SamplingSettings, changedBy: string): Promise<SavedSettings>;
  changes(projectId: string, page: number, limit: number): Promise<{ data: SavedSettings[]; totalCount: number }>;
  /** Of the last 30 days, newest first. */
  counts(projectId: string): Promise<(RuleCount & { day: string; publicKey: string })[]>;
  /** What the rules would have done with the traces of the last day, in the order in which they decide. */
  preview(projectId: string, settings: SamplingSettings): Promise<Preview>;
  /** Decides on all traces that have settled since the last time, in every project with rules. @throws the first error, after all projects */
  sweep(): Promise<void>;
}

/** Traces that are decided on at once. */
const BATCH = 500;
/** How much longer a trace without its root is waited for, µs. */
const ROOT_WAIT: Micros = 3_600_000_000;
/** The most traces that a preview looks at. */
const PREVIEWED = 10_000;
const DAY_MS = 86_400_000;
const COUNTED_DAYS = 30;

export function createSampling(deps: SamplingDeps): Sampling {
  const { db, clock, log, reader } = deps;

  const get = async (projectId: string): Promise<SavedSettings> => {
    const [row] = await db
      .select()
      .from(samplingVersions)
      .where(eq(samplingVersions.projectId, projectId))
      .orderBy(desc(samplingVersions.version))
      .limit(1);
    return row ? saved(row) : { ...NO_SAMPLING, version: 0, changedAt: null, changedBy: null };
  };

  /** Decides on one project's settled traces, a batch at a time. A batch that was decided on and not recorded is decided on again. */
  const sweepProject = async (projectId: string): Promise<void> => {
    const settings = await get(projectId);
    const until = (clock.now() - settings.settleSeconds * 1000) * 1000;
    const [progress] = await db.select().from(samplingProgress).where(eq(samplingProgress.projectId, projectId));
    // What came before the rules were switched on was promised to stay.
    const after = progress?.decidedUntil ?? Date.parse(settings.changedAt!) * 1000;
    if (settings.enabled && until > after) {
      const slowFrom = await readSlowFrom(reader, projectId, settings.rules, clock.now());
      const since = await switchedOnAt(projectId);
      // A trace whose root has not come is given longer: the root may be the failure that a rule keeps, or may never come at all.
      for (const hasRoot of [true, false]) {
        const wait = hasRoot ? 0 : ROOT_WAIT;
        for (let beyond = ''; ; ) {
          const span = { since, after: after - wait, until: until - wait, beyond, limit: BATCH };
          const ids = await findSettledTraces(reader, projectId, span);
          if (ids.length === 0) break;
          const looked = await decideOn(deps, projectId, ids, settings, slowFrom);
          const decided = looked.filter(({ trace }) => trace.hasRoot === hasRoot);
          const dropped = decided.filter(({ decision }) => decision.action === 'drop').map(({ trace }) => trace.trace_id);
          if (dropped.length > 0) await deps.deleteTraces(projectId, dropped);
          await record(projectId, decided);
          if (ids.length < BATCH) break;
          beyond = ids.at(-1)!;
        }
      }
    }
    await writeProgress(projectId, settings.enabled ? Math.max(until, after) : clock.now() * 1000);
  };

  /** When the rules that hold were switched on: what was there before stays, also when something is written to it later. */
  const switchedOnAt = async (projectId: string): Promise<Micros> => {
    const isOn = sql`(${samplingVersions.settings}::json ->> 'enabled')::boolean`;
    const lastOff = sql`coalesce((select max(version) from ${samplingVersions} where project_id = ${projectId} and not ${isOn}), 0)`;
    const [first] = await db
      .select({ at: samplingVersions.changedAt })
      .from(samplingVersions)
      .where(and(eq(samplingVersions.projectId, projectId), gt(samplingVersions.version, lastOff)))
      .orderBy(samplingVersions.version)
      .limit(1);
    return (first?.at.getTime() ?? clock.now()) * 1000;
  };

  const writeProgress = async (projectId: string, decidedUntil: Micros): Promise<void> => {
    await db
      .insert(samplingProgress)
      .values({ projectId, decidedUntil })
      .onConflictDoUpdate({ target: samplingProgress.projectId, set: { decidedUntil } });
  };

  const record = async (projectId: string, decided: readonly Decided[]): Promise<void> => {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const groups = Map.groupBy(decided, ({ trace, decision }) => JSON.stringify([decision.rule, trace.publicKey]));
    const rows = [...groups].map(([key, group]) => {
      const [rule, publicKey] = JSON.parse(key) as [string, string];
      return { projectId, day, rule, publicKey, ...tally(group) };
    });
    if (rows.length === 0) return;
    await db
      .insert(samplingCounts)
      .values(rows)
      .onConflictDoUpdate({
        target: [samplingCounts.projectId, samplingCounts.day, samplingCounts.rule, samplingCounts.publicKey],
        set: { kept: sql`${samplingCounts.kept} + excluded.kept`, dropped: sql`${samplingCounts.dropped} + excluded.dropped` },
      });
  };

  return {
    get,

    async put(projectId, settings, changedBy) {
      const before = await get(projectId);
      const now = new Date(clock.now());
      const row = { projectId, version: before.version + 1, settings, changedBy, changedAt: now };
      try {
        await db.transaction(async (tx) => {
          await tx.insert(samplingVersions).values(row);
          // From now on: what came while nothing was to be dropped stays.
          if (settings.enabled && !before.enabled) {
            const decidedUntil = now.getTime() * 1000;
            await tx
              .insert(samplingProgress)
              .values({ projectId, decidedUntil })
              .onConflictDoUpdate({ target: samplingProgress.projectId, set: { decidedUntil } });
          }
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw conflict('Somebody else changed the rules at the same moment. Load them again.');
        throw error;
      }
      log.info({ projectId, version: row.version, changedBy, enabled: settings.enabled }, 'the rules of sampling were changed');
      return saved(row);
    },

    async changes(projectId, page, limit) {
      const ofProject = eq(samplingVersions.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(samplingVersions).where(ofProject);
      const rows = await db
        .select()
        .from(samplingVersions)
        .where(ofProject)
        .orderBy(desc(samplingVersions.version))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(saved), totalCount: total!.count };
    },

    async counts(projectId) {
      const first = new Date(clock.now() - COUNTED_DAYS * DAY_MS).toISOString().slice(0, 10);
      const rows = await db
        .select()
        .from(samplingCounts)
        .where(and(eq(samplingCounts.projectId, projectId), gte(samplingCounts.day, first)))
        .orderBy(desc(samplingCounts.day), samplingCounts.rule, samplingCounts.publicKey);
      return rows.map(({ projectId: _, ...row }) => row);
    },

    async preview(projectId, settings) {
      const now = clock.now();
      const slowFrom = await readSlowFrom(reader, projectId, settings.rules, now);
      const { ids, total } = await findNewest(reader, projectId, { from: (now - DAY_MS) * 1000, limit: PREVIEWED });
      const decided: Decided[] = [];
      for (let i = 0; i < ids.length; i += BATCH) {
        decided.push(...(await decideOn(deps, projectId, ids.slice(i, i + BATCH), settings, slowFrom)));
      }
      const byRule = Map.groupBy(decided, ({ decision }) => decision.rule);
      const order = [PROTECTED, ...settings.rules.map(({ name }) => name), REST];
      const dropped = decided.filter(({ decision }) => decision.action === 'drop').map(({ trace }) => trace);
      return {
        looked: decided.length,
        total,
        ...tally(decided),
        byRule: [...byRule]
          .map(([rule, group]) => ({ rule, ...tally(group) }))
          .sort((a, b) => order.indexOf(a.rule) - order.indexOf(b.rule)),
        droppedObservations: sum(dropped.map(({ observationCount }) => observationCount)),
        droppedBytes: sum(dropped.map(({ bytes }) => bytes)),
        droppedCost: sum(dropped.map(({ totalCost }) => totalCost ?? 0)),
      };
    },

    async sweep() {
      const rows = await db
        .selectDistinct({ id: samplingVersions.projectId })
        .from(samplingVersions)
        .innerJoin(projects, eq(projects.id, samplingVersions.projectId))
        .where(isNull(projects.deletedAt));
      const errors: unknown[] = [];
      for (const { id } of rows) {
        try {
          await sweepProject(id);
        } catch (error) {
          log.warn({ err: error, projectId: id }, 'settled traces could not be decided on');
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}

type Weighed = Awaited<ReturnType<typeof weighTraces>>[number];

interface Decided {
  trace: Weighed;
  decision: Decision;
}

/** Decides on traces of one project; those that are gone meanwhile are left out. */
async function decideOn(
  { reader, findReferred }: Pick<SamplingDeps, 'reader' | 'findReferred'>,
  projectId: string,
  traceIds: readonly string[],
  settings: SamplingSettings,
  slowFrom: SlowFrom,
): Promise<Decided[]> {
  const [traces, fitting] = await Promise.all([
    weighTraces(reader, projectId, traceIds),
    Promise.all(
      settings.rules.map(async ({ name, match }) => ({
        name,
        ids: match.kind === 'filter' ? await findFitting(reader, projectId, traceIds, match.filter) : new Set<string>(),
      })),
    ),
  ]);
  const referred = await findReferred(projectId, {
    traceIds,
    observationIds: traces.flatMap(({ observationIds }) => observationIds),
    sessionIds: traces.map(({ sessionId }) => sessionId),
  });
  return traces.map((trace) => {
    const { trace_id: id, name, latency, errorCount } = trace;
    const isProtected =
      trace.bookmarked ||
      trace.public ||
      trace.inExperiment ||
      trace.scoredByPeople ||
      trace.edited ||
      // Not all of it could be looked at.
      trace.observationIds.length >= MOST_IDS ||
      [id, trace.sessionId, ...trace.observationIds].some((object) => referred.has(object));
    const fits = new Set(fitting.filter(({ ids }) => ids.has(id)).map((rule) => rule.name));
    return {
      trace: { ...trace, observationIds: [] },
      decision: decide({ id, name, latency, errorCount, isProtected, fits }, settings, slowFrom),
    };
  });
}

const tally = (decided: readonly Decided[]) => {
  const kept = decided.filter(({ decision }) => decision.action === 'keep').length;
  return { kept, dropped: decided.length - kept };
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

const saved = (row: typeof samplingVersions.$inferSelect): SavedSettings => ({
  ...row.settings,
  version: row.version,
  changedBy: row.changedBy,
  changedAt: row.changedAt.toISOString(),
});
