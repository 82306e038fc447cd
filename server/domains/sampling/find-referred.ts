import { and, eq, inArray, or } from 'drizzle-orm';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { annotationItems, annotationQueues, comments, datasetItemVersions, datasetRunItems } = tables;

/** Which of these objects of a project people refer to. */
export interface Referred {
  traceIds: readonly string[];
  observationIds: readonly string[];
  sessionIds: readonly string[];
}

/** Ids, of traces, observations and sessions alike, that comments, annotation queues, datasets or their runs name. */
export type FindReferred = (projectId: string, objects: Referred) => Promise<Set<string>>;

/** A statement may bind 65,535 values. */
const AT_ONCE = 10_000;

export function createFindReferred(db: MetadataDb): FindReferred {
  return async (projectId, { traceIds, observationIds, sessionIds }) => {
    const ids = [...new Set([...traceIds, ...observationIds, ...sessionIds])].filter((id) => id !== '');
    const found = new Set<string>();
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const some = ids.slice(i, i + AT_ONCE);
      const rows = await Promise.all([
        db
          .select({ id: comments.objectId })
          .from(comments)
          .where(and(eq(comments.projectId, projectId), inArray(comments.objectId, some))),
        db
          .select({ id: annotationItems.objectId })
          .from(annotationItems)
          .innerJoin(annotationQueues, eq(annotationItems.queueId, annotationQueues.id))
          .where(and(eq(annotationQueues.projectId, projectId), inArray(annotationItems.objectId, some))),
        db
          .select({ id: datasetItemVersions.sourceTraceId, other: datasetItemVersions.sourceObservationId })
          .from(datasetItemVersions)
          .where(
            and(
              eq(datasetItemVersions.projectId, projectId),
              or(inArray(datasetItemVersions.sourceTraceId, some), inArray(datasetItemVersions.sourceObservationId, some)),
            ),
          ),
        db
          .select({ id: datasetRunItems.traceId })
          .from(datasetRunItems)
          .where(and(eq(datasetRunItems.projectId, projectId), inArray(datasetRunItems.traceId, some))),
      ]);
      for (const row of rows.flat()) {
        if (row.id !== null) found.add(row.id);
        if ('other' in row && row.other !== null) found.add(row.other);
      }
    }
    return found;
  };
}
