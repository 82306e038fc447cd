import { and, eq, inArray, isNotNull, isNull, lt, min, sql } from 'drizzle-orm';
import { newId } from '../../lib/ids.ts';
import type { MetadataDb } from './engine.ts';
import { jobs } from './schema/index.ts';

export type JobRow = typeof jobs.$inferSelect;

/** A claim is given back with its owner: who lost it in the meantime changes nothing. */
export type Claim = Pick<JobRow, 'id'> & { owner: string | null };

/** What `/metrics` tells of a queue. */
export interface QueueState {
  queue: string;
  /** Due or not, not dead. */
  waiting: number;
  /** Given up after the last attempt. */
  dead: number;
  /** Since when the oldest of those that are due and not claimed has been; null when none is. */
  oldestDueAt: Date | null;
}

/** The table of jobs, the only place that knows its statements. Each method is one statement, so a crash falls between two of them. */
export interface JobRows {
  /** @returns false when a job of that queue and key waits already */
  add(job: { queue: string; key: string; data: unknown; dueAt: Date }): Promise<boolean>;
  /**
   * Adds a job that is repeated for ever, unless there is one of that queue and key, waiting or claimed: the one that is being done, or that
   * a dead process held, goes on by itself and has the progress.
   */
  ensure(job: { queue: string; key: string; dueAt: Date }): Promise<void>;
  /** Makes the waiting job of that key due by then at the latest. */
  hasten(queue: string, key: string, dueAt: Date): Promise<void>;
  /** Takes at most `slots` due jobs of each queue, first sent first, until `leaseEnd`. Two that claim at once get different ones. */
  claim(free: readonly { queue: string; slots: number }[], now: Date, leaseEnd: Date): Promise<JobRow[]>;
  /** Prolongs the lease, and keeps the progress when given. @returns false when the claim is lost */
  renew(claim: Claim, leaseEnd: Date, progress?: unknown): Promise<boolean>;
  finish(claim: Claim): Promise<boolean>;
  /** Gives a job back to be done later: after a failure, or because it is done again and again. */
  putBack(claim: Claim, dueAt: Date, state: { claims: number; failures: number; error: string | null }): Promise<boolean>;
  /** Keeps it as a dead letter. */
  bury(claim: Claim, now: Date, error: string): Promise<boolean>;
  /** When the next job of these queues is due; null when there is none. */
  nextDue(queues: readonly string[]): Promise<Date | null>;
  /** Makes what is claimed due now: nobody else lives whose claims they could be. */
  releaseAll(now: Date): Promise<void>;
  /** Deletes dead letters from before. */
  prune(before: Date): Promise<void>;
  states(now: Date): Promise<QueueState[]>;
}

export function createJobRows(db: MetadataDb): JobRows {
  const held = ({ id, owner }: Claim) => and(eq(jobs.id, id), eq(jobs.owner, owner ?? ''), isNull(jobs.diedAt));
  const one = (rows: unknown[]) => rows.length > 0;
  const waiting = (queue: string, key: string) =>
    and(eq(jobs.queue, queue), eq(jobs.key, key), eq(jobs.claims, 0), isNull(jobs.diedAt));
  return {
    async add(job) {
      const rows = await db
        .insert(jobs)
        .values({ id: newId(), ...job })
        .onConflictDoNothing()
        .returning({ id: jobs.id });
      return one(rows);
    },
    async ensure({ queue, key, dueAt }) {
      await db.execute(sql`INSERT INTO ${jobs} (id, queue, key, data, due_at)
        SELECT ${newId()}::text, ${queue}::text, ${key}::text, '{}', ${dueAt.toISOString()}::timestamptz
        WHERE NOT EXISTS (SELECT 1 FROM ${jobs} WHERE queue = ${queue} AND key = ${key} AND died_at IS NULL)
        ON CONFLICT DO NOTHING`);
    },
    async hasten(queue, key, dueAt) {
      const dueLater = and(waiting(queue, key), sql`${jobs.dueAt} > ${dueAt.toISOString()}::timestamptz`);
      await db.update(jobs).set({ dueAt }).where(dueLater);
    },
    async claim(free, now, leaseEnd) {
      const slots = sql.join(
        free.map(({ queue, slots }) => sql`(${queue}::text, ${slots}::int)`),
        sql`, `,
      );
      // In an array, because a subquery that locks may otherwise be run more than once.
      const due = sql`ARRAY(SELECT picked.id FROM (VALUES ${slots}) AS free (queue, slots), LATERAL (
        SELECT id FROM telltale.jobs AS j WHERE j.queue = free.queue AND j.died_at IS NULL AND j.due_at <= ${now.toISOString()}::timestamptz
        ORDER BY j.sequence LIMIT free.slots FOR UPDATE SKIP LOCKED) AS picked)`;
      const rows = await db
        .update(jobs)
        .set({ owner: newId(), claims: sql`${jobs.claims} + 1`, dueAt: leaseEnd })
        .where(sql`${jobs.id} = ANY(${due})`)
        .returning();
      return rows.sort((a, b) => a.sequence - b.sequence);
    },
    renew: async (claim, dueAt, progress) =>
      one(
        await db
          .update(jobs)
          .set({ dueAt, ...(progress === undefined ? {} : { progress }) })
          .where(held(claim))
          .returning({ id: jobs.id }),
      ),
    finish: async (claim) => one(await db.delete(jobs).where(held(claim)).returning({ id: jobs.id })),
    putBack: async (claim, dueAt, state) =>
      one(
        await db
          .update(jobs)
          .set({ dueAt, owner: null, ...state })
          .where(held(claim))
          .returning({ id: jobs.id }),
      ),
    bury: async (claim, diedAt, error) =>
      one(await db.update(jobs).set({ diedAt, owner: null, error }).where(held(claim)).returning({ id: jobs.id })),
    async nextDue(queues) {
      const [row] = await db
        .select({ dueAt: min(jobs.dueAt) })
        .from(jobs)
        .where(and(inArray(jobs.queue, [...queues]), isNull(jobs.diedAt)));
      return row?.dueAt ?? null;
    },
    async releaseAll(dueAt) {
      await db.update(jobs).set({ dueAt, owner: null }).where(isNotNull(jobs.owner));
    },
    async prune(before) {
      await db.delete(jobs).where(lt(jobs.diedAt, before));
    },
    async states(now) {
      const due = sql`${jobs.diedAt} IS NULL AND ${jobs.owner} IS NULL AND ${jobs.dueAt} <= ${now.toISOString()}::timestamptz`;
      const rows = await db
        .select({
          queue: jobs.queue,
          waiting: sql<number>`(count(*) FILTER (WHERE ${jobs.diedAt} IS NULL))::int`,
          dead: sql<number>`(count(*) FILTER (WHERE ${jobs.diedAt} IS NOT NULL))::int`,
          oldestDueAt: sql<number | null>`(extract(epoch FROM min(${jobs.dueAt}) FILTER (WHERE ${due})) * 1000)::float8`,
        })
        .from(jobs)
        .groupBy(jobs.queue)
        .orderBy(jobs.queue);
      return rows.map((row) => ({ ...row, oldestDueAt: row.oldestDueAt === null ? null : new Date(row.oldestDueAt) }));
    },
  };
}
