import { count, desc, eq } from 'drizzle-orm';
import type { Feedback, SubmitFeedbackInput } from '../../../contract/feedback.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { feedback } = tables;

/** What people and agents say of this server, kept with the project whose key they have (contract §1.19). */
export interface FeedbackBox {
  submit(projectId: string, input: SubmitFeedbackInput): Promise<{ id: string }>;
  /** Newest first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: Feedback[]; totalCount: number }>;
}

export function createFeedback({ db, clock }: { db: MetadataDb; clock: Clock }): FeedbackBox {
  return {
    async submit(projectId, { targetType, target, feedback: said, goal, referenceUrl }) {
      const id = newId();
      await db.insert(feedback).values({
        id,
        projectId,
        targetType,
        target,
        feedback: said,
        goal: goal ?? null,
        referenceUrl: referenceUrl ?? null,
        createdAt: new Date(clock.now()),
      });
      return { id };
    },

    async list(projectId, page, limit) {
      const ofProject = eq(feedback.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(feedback).where(ofProject);
      const rows = await db
        .select()
        .from(feedback)
        .where(ofProject)
        .orderBy(desc(feedback.createdAt), desc(feedback.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      const data = rows.map(({ sequence: _, projectId: __, createdAt, ...row }) => ({
        ...row,
        createdAt: createdAt.toISOString(),
      }));
      return { data, totalCount: total!.count };
    },
  };
}
