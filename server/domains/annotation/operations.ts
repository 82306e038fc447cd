import * as declared from '../../../contract/api/annotation.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { AnnotationItems } from './items.ts';
import type { AnnotationQueues } from './queues.ts';

/** What our own API can do with annotation queues, their items and assignments. */
export function annotationOperations({ queues, items }: { queues: AnnotationQueues; items: AnnotationItems }): Implemented[] {
  return [
    implement(declared.createAnnotationQueue, ({ projectId, ...given }) => queues.create(projectId, given)),
    implement(declared.listAnnotationQueues, async ({ projectId, page, limit }) =>
      counted(await queues.list(projectId, page, limit)),
    ),
    implement(declared.getAnnotationQueue, ({ projectId, queueId }) => queues.get(projectId, queueId)),
    implement(declared.createAnnotationItem, ({ projectId, queueId, ...given }) => items.create(projectId, queueId, given)),
    implement(declared.listAnnotationItems, async ({ projectId, queueId, status, page, limit }) =>
      counted(await items.list(projectId, queueId, status, page, limit)),
    ),
    implement(declared.getAnnotationItem, ({ projectId, queueId, itemId }) => items.get(projectId, queueId, itemId)),
    implement(declared.updateAnnotationItem, ({ projectId, queueId, itemId, status }) =>
      items.setStatus(projectId, queueId, itemId, status),
    ),
    implement(declared.deleteAnnotationItem, async ({ projectId, queueId, itemId }) => {
      await items.delete(projectId, queueId, itemId);
      return { ok: true as const };
    }),
    implement(declared.listAnnotationAssignments, async ({ projectId, queueId }) => ({
      data: await queues.listAssignments(projectId, queueId),
    })),
    implement(declared.createAnnotationAssignment, async ({ projectId, queueId, userId }) => {
      await queues.assign(projectId, queueId, userId);
      return { ok: true as const };
    }),
    implement(declared.deleteAnnotationAssignment, async ({ projectId, queueId, userId }) => {
      await queues.unassign(projectId, queueId, userId);
      return { ok: true as const };
    }),
  ];
}

const counted = <Row>({ data, totalItems }: { data: Row[]; totalItems: number }) => ({ data, totalCount: totalItems });
