import { eq, isNotNull } from 'drizzle-orm';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { projects } = tables;

/** Deletes all facts of a project from the analytics store; hidden when it resolves. */
export type ClearFacts = (projectId: string) => Promise<void>;

/**
 * Deletion of projects: first a project and its keys stop existing for everybody, then its facts go, then its row. When clearing the
 * facts fails the project stays hidden, and it is tried again: by the queue with growing pauses, and by `resume` at the next start.
 */
export interface ProjectDeletion {
  /** Resolves when nothing is left. @throws what clearing threw; then it is tried again later */
  remove(projectId: string): Promise<void>;
  /** Resolves when the project is hidden; the rest is done in the background. What fails is logged. */
  removeLater(projectId: string): Promise<void>;
  /** Clears a hidden project and takes its row away. Bears repetition. */
  finish(projectId: string): Promise<void>;
  /** Finishes deletions that were cut short, or queues them. What fails is logged and tried again at the next start; never throws. */
  resume(): Promise<void>;
  /** Waits for what is done in the background. */
  settle(): Promise<void>;
}

export function createProjectDeletion(options: {
  db: MetadataDb;
  clear: ClearFacts;
  forgetKeys(): void;
  /** Puts `finish` into the queue of work that outlives a request; without one it is done in this process, once. */
  queue?: ((projectId: string) => Promise<void>) | undefined;
  log: Logger;
}): ProjectDeletion {
  const { db, clear, forgetKeys, queue, log } = options;
  const background = new Set<Promise<unknown>>();

  async function hide(projectId: string) {
    await db.update(projects).set({ deletedAt: new Date() }).where(eq(projects.id, projectId));
    forgetKeys();
  }

  async function finish(projectId: string) {
    await clear(projectId);
    await db.delete(projects).where(eq(projects.id, projectId));
  }

  return {
    finish,
    async remove(projectId) {
      await hide(projectId);
      try {
        await finish(projectId);
      } catch (error) {
        await queue?.(projectId);
        throw error;
      }
    },
    async removeLater(projectId) {
      await hide(projectId);
      if (queue) return queue(projectId);
      const work = finish(projectId)
        .catch((error: unknown) =>
          log.warn({ err: error, projectId }, 'a deleted project could not be cleared; tried again at the next start'),
        )
        .finally(() => background.delete(work));
      background.add(work);
    },
    async resume() {
      try {
        const rows = await db.select({ id: projects.id }).from(projects).where(isNotNull(projects.deletedAt));
        for (const { id } of rows) await (queue ?? finish)(id);
      } catch (error) {
        log.warn({ err: error }, 'deleted projects could not all be cleared; tried again at the next start');
      }
    },
    async settle() {
      await Promise.all(background);
    },
  };
}
