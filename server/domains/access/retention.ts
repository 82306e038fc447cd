import { and, asc, isNotNull, isNull } from 'drizzle-orm';
import { RETENTION_CRON, retentionBoundary } from '../../../contract/retention.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { projects } = tables;

export const RETENTION_QUEUE = 'retention';
export { RETENTION_CRON };

export interface RetentionDeps {
  db: MetadataDb;
  clock: Clock;
  log: Logger;
  facts: {
    /** Deletes all facts of a project from before a moment (µs), which is the beginning of a UTC day. Bears repetition. */
    deleteBefore(projectId: string, before: number): Promise<void>;
    /** Those of the traces of which nothing is left. */
    findGoneTraces(projectId: string, traceIds: readonly string[]): Promise<string[]>;
  };
  media: {
    /** Traces that media were announced for, the last time before that moment. */
    linkedTraces(projectId: string, before: Date): Promise<string[]>;
    /** Deletes the media that nothing but these traces refers to. */
    releaseTraces(projectId: string, traceIds: readonly string[]): Promise<void>;
  };
}

/** Deletion of what is older than a project keeps it (`retention`, days; contract §1.17). */
export interface Retention {
  /**
   * Looks at every project: deletes old observations, scores and events, and media whose traces are gone. Facts of n days are kept for n days at least, and are gone at most a day and a sweep later. One project that
   * fails does not keep the others from theirs.
   * @throws the first error, when all were looked at
   */
  sweep(): Promise<void>;
}

export function createRetention({ db, clock, log, facts, media }: RetentionDeps): Retention {
  return {
    async sweep() {
      const rows = await db
        .select({ id: projects.id, days: projects.retentionDays })
        .from(projects)
        .where(and(isNotNull(projects.retentionDays), isNull(projects.deletedAt)))
        .orderBy(asc(projects.id));
      const errors: unknown[] = [];
      for (const { id, days } of rows) {
        const before = new Date(retentionBoundary(clock.now(), days!));
        try {
          await facts.deleteBefore(id, before.getTime() * 1000);
          // Media that were announced lately may belong to a trace that is still on its way.
          const linked = await media.linkedTraces(id, before);
          await media.releaseTraces(id, await facts.findGoneTraces(id, linked));
        } catch (error) {
          log.warn({ err: error, projectId: id, before }, 'what a project does not keep any longer was not deleted');
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
