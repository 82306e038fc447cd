import { and, asc, count, desc, eq } from 'drizzle-orm';
import type { AnnotationAssignment, AnnotationQueue, CreateAnnotationQueueInput } from '../../../contract/annotation.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { annotationQueues: queues, annotationAssignments: assignments } = tables;

type QueueRow = typeof queues.$inferSelect;

export interface AnnotationQueuesDeps {
  db: MetadataDb;
  clock: Clock;
  /** Null when the project has no such score config. */
  findScoreConfig(projectId: string, configId: string): Promise<unknown>;
  isMember(userId: string, projectId: string): Promise<boolean>;
}

/** Queues of what people are to score, and who does it (contract §1.14). */
export interface AnnotationQueues {
  /** @throws AppError 400 for an unknown score config or a name that is taken */
  create(projectId: string, input: CreateAnnotationQueueInput): Promise<AnnotationQueue>;
  /** Newest first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: AnnotationQueue[]; totalItems: number }>;
  /** @throws AppError 404 */
  get(projectId: string, queueId: string): Promise<AnnotationQueue>;
  /** Twice is once. @throws AppError 404 unknown queue, or a person who is no member of the project */
  assign(projectId: string, queueId: string, userId: string): Promise<void>;
  /** Without effect for who is not assigned. @throws AppError 404 unknown queue */
  unassign(projectId: string, queueId: string, userId: string): Promise<void>;
  /** In the order in which they were assigned. @throws AppError 404 unknown queue */
  listAssignments(projectId: string, queueId: string): Promise<AnnotationAssignment[]>;
}

export function createAnnotationQueues({ db, clock, findScoreConfig, isMember }: AnnotationQueuesDeps): AnnotationQueues {
  return {
    async create(projectId, { name, description, scoreConfigIds }) {
      const ids = [...new Set(scoreConfigIds)];
      const found = await Promise.all(ids.map((id) => findScoreConfig(projectId, id)));
      const unknown = ids.filter((_, index) => !found[index]);
      if (unknown.length > 0) throw invalidRequest(`scoreConfigIds: unknown in this project: ${unknown.join(', ')}`);
      const at = new Date(clock.now());
      const [row] = await db
        .insert(queues)
        .values({
          id: newId(),
          projectId,
          name,
          description: description ?? null,
          scoreConfigIds: ids,
          createdAt: at,
          updatedAt: at,
        })
        .onConflictDoNothing({ target: [queues.projectId, queues.name] })
        .returning();
      if (!row) throw invalidRequest(`An annotation queue named ${JSON.stringify(name)} already exists.`);
      return shown(row);
    },

    async list(projectId, page, limit) {
      const ofProject = eq(queues.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(queues).where(ofProject);
      const rows = await db
        .select()
        .from(queues)
        .where(ofProject)
        .orderBy(desc(queues.createdAt), desc(queues.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    get: async (projectId, queueId) => shown(await findQueue(db, projectId, queueId)),

    async assign(projectId, queueId, userId) {
      const queue = await findQueue(db, projectId, queueId);
      if (!(await isMember(userId, projectId))) throw notFound('User not found or not a member of this project');
      await db
        .insert(assignments)
        .values({ queueId: queue.id, userId, createdAt: new Date(clock.now()) })
        .onConflictDoNothing();
    },

    async unassign(projectId, queueId, userId) {
      const queue = await findQueue(db, projectId, queueId);
      await db.delete(assignments).where(and(eq(assignments.queueId, queue.id), eq(assignments.userId, userId)));
    },

    async listAssignments(projectId, queueId) {
      const queue = await findQueue(db, projectId, queueId);
      const rows = await db
        .select()
        .from(assignments)
        .where(eq(assignments.queueId, queue.id))
        .orderBy(asc(assignments.createdAt), asc(assignments.userId));
      return rows.map(({ userId, createdAt }) => ({ userId, createdAt: createdAt.toISOString() }));
    },
  };
}

/** @throws AppError 404 */
export async function findQueue(db: MetadataDb, projectId: string, queueId: string): Promise<QueueRow> {
  const [row] = isStorable(queueId)
    ? await db
        .select()
        .from(queues)
        .where(and(eq(queues.projectId, projectId), eq(queues.id, queueId)))
    : [];
  if (!row) throw notFound('Annotation queue not found');
  return row;
}

const shown = (row: QueueRow): AnnotationQueue => ({
  id: row.id,
  name: row.name,
  description: row.description,
  scoreConfigIds: row.scoreConfigIds,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
