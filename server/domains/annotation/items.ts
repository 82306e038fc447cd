import { and, count, desc, eq } from 'drizzle-orm';
import type { AnnotationItem, AnnotationItemStatus, CreateAnnotationItemInput } from '../../../contract/annotation.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { findQueue } from './queues.ts';

const { annotationItems: items } = tables;

type ItemRow = typeof items.$inferSelect;

/** What waits in a queue, and what was done. All throw AppError 404 for an unknown queue or item. */
export interface AnnotationItems {
  /** The object need not have been received yet. */
  create(projectId: string, queueId: string, input: CreateAnnotationItemInput): Promise<AnnotationItem>;
  /** Newest first. @param page from 1 */
  list(
    projectId: string,
    queueId: string,
    status: AnnotationItemStatus | undefined,
    page: number,
    limit: number,
  ): Promise<{ data: AnnotationItem[]; totalItems: number }>;
  get(projectId: string, queueId: string, itemId: string): Promise<AnnotationItem>;
  /** Completing sets `completedAt`, taking it back clears it. */
  setStatus(projectId: string, queueId: string, itemId: string, status: AnnotationItemStatus): Promise<AnnotationItem>;
  delete(projectId: string, queueId: string, itemId: string): Promise<void>;
}

export function createAnnotationItems({ db, clock }: { db: MetadataDb; clock: Clock }): AnnotationItems {
  /** The condition for one item of a queue of this project. */
  async function one(projectId: string, queueId: string, itemId: string) {
    const queue = await findQueue(db, projectId, queueId);
    if (!isStorable(itemId)) throw missing();
    return and(eq(items.queueId, queue.id), eq(items.id, itemId));
  }
  const statusAt = (status: AnnotationItemStatus, at: Date) => ({
    status,
    completedAt: status === 'COMPLETED' ? at : null,
    updatedAt: at,
  });

  return {
    async create(projectId, queueId, { objectId, objectType, status }) {
      const queue = await findQueue(db, projectId, queueId);
      const at = new Date(clock.now());
      const [row] = await db
        .insert(items)
        .values({ id: newId(), queueId: queue.id, objectId, objectType, ...statusAt(status ?? 'PENDING', at), createdAt: at })
        .returning();
      return shown(row!);
    },

    async list(projectId, queueId, status, page, limit) {
      const queue = await findQueue(db, projectId, queueId);
      const wanted = and(eq(items.queueId, queue.id), status && eq(items.status, status));
      const [total] = await db.select({ count: count() }).from(items).where(wanted);
      const rows = await db
        .select()
        .from(items)
        .where(wanted)
        .orderBy(desc(items.createdAt), desc(items.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    async get(projectId, queueId, itemId) {
      const [row] = await db
        .select()
        .from(items)
        .where(await one(projectId, queueId, itemId));
      if (!row) throw missing();
      return shown(row);
    },

    async setStatus(projectId, queueId, itemId, status) {
      const [row] = await db
        .update(items)
        .set(statusAt(status, new Date(clock.now())))
        .where(await one(projectId, queueId, itemId))
        .returning();
      if (!row) throw missing();
      return shown(row);
    },

    async delete(projectId, queueId, itemId) {
      const gone = await db
        .delete(items)
        .where(await one(projectId, queueId, itemId))
        .returning({ id: items.id });
      if (gone.length === 0) throw missing();
    },
  };
}

const missing = () => notFound('Annotation queue item not found');

const shown = (row: ItemRow): AnnotationItem => ({
  id: row.id,
  queueId: row.queueId,
  objectId: row.objectId,
  objectType: row.objectType,
  status: row.status,
  completedAt: row.completedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
