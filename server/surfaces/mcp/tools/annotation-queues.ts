import { z } from 'zod';
import {
  ANNOTATION_ITEM_STATUSES,
  ANNOTATION_OBJECT_TYPES,
  annotationAssignmentInput,
  createAnnotationItemInput,
  createAnnotationQueueInput,
} from '../../../../contract/annotation.ts';
import type { AnnotationItems, AnnotationQueues } from '../../../domains/annotation/index.ts';
import { id, paged, pageFields } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';

const queueId = id('annotation queue');
const itemId = id('item in the queue');
const status = z.enum(ANNOTATION_ITEM_STATUSES);

/** Queues of what people are to score (contract §1.14, §6). */
export function annotationQueueTools({ queues, items }: { queues: AnnotationQueues; items: AnnotationItems }): Tool[] {
  return [
    tool({
      name: 'listAnnotationQueues',
      description: 'List annotation queues, newest first.',
      effect: 'reads',
      input: z.object(pageFields),
      async run(page, { projectId }) {
        const { data, totalItems } = await queues.list(projectId, page.page, page.limit);
        return paged(data, page, totalItems);
      },
    }),
    tool({
      name: 'getAnnotationQueue',
      description: 'Get one annotation queue.',
      effect: 'reads',
      input: z.object({ queueId }),
      run: (input, { projectId }) => queues.get(projectId, input.queueId),
    }),
    tool({
      name: 'createAnnotationQueue',
      description: 'Make a queue of things that people are to score by the given score configs.',
      effect: 'adds',
      input: z.object({
        name: z.string().min(1).describe('A name that no other queue of the project has.'),
        description: z.string().optional(),
        scoreConfigIds: z.array(z.string()).min(1).max(100).describe('Ids of the score configs to score by.'),
      }),
      run: (input, { projectId }) => queues.create(projectId, createAnnotationQueueInput.parse(input)),
    }),
    tool({
      name: 'listAnnotationQueueItems',
      description: 'List what waits in a queue and what was done, newest first.',
      effect: 'reads',
      input: z.object({ queueId, status: status.optional().describe('Only items of this status.'), ...pageFields }),
      async run({ queueId: queue, status: only, ...page }, { projectId }) {
        const { data, totalItems } = await items.list(projectId, queue, only, page.page, page.limit);
        return paged(data, page, totalItems);
      },
    }),
    tool({
      name: 'getAnnotationQueueItem',
      description: 'Get one item of a queue.',
      effect: 'reads',
      input: z.object({ queueId, itemId }),
      run: (input, { projectId }) => items.get(projectId, input.queueId, input.itemId),
    }),
    tool({
      name: 'deleteAnnotationQueueItem',
      description: 'Take an item out of a queue. What it refers to stays, with its scores.',
      effect: 'changes',
      input: z.object({ queueId, itemId }),
      async run(input, { projectId }) {
        await items.delete(projectId, input.queueId, input.itemId);
        return { success: true, message: 'Annotation queue item deleted successfully' };
      },
    }),
    tool({
      name: 'createAnnotationQueueItem',
      description: 'Put a trace, observation or session into a queue.',
      effect: 'adds',
      input: z.object({
        queueId,
        objectId: z.string().min(1).describe('Id of the trace, observation or session.'),
        objectType: z.enum(ANNOTATION_OBJECT_TYPES),
        status: status.optional().describe('PENDING unless told.'),
      }),
      run: ({ queueId: queue, ...item }, { projectId }) => items.create(projectId, queue, createAnnotationItemInput.parse(item)),
    }),
    tool({
      name: 'updateAnnotationQueueItem',
      description: 'Say that an item is done, or that it is not.',
      effect: 'changes',
      input: z.object({ queueId, itemId, status }),
      run: (input, { projectId }) => items.setStatus(projectId, input.queueId, input.itemId, input.status),
    }),
    tool({
      name: 'createAnnotationQueueAssignment',
      description: 'Assign a member of the project to a queue. Twice is once.',
      effect: 'adds',
      input: z.object({ queueId, userId: id('person') }),
      async run({ queueId: queue, ...given }, { projectId }) {
        const { userId } = annotationAssignmentInput.parse(given);
        await queues.assign(projectId, queue, userId);
        return { userId, queueId: queue, projectId };
      },
    }),
    tool({
      name: 'deleteAnnotationQueueAssignment',
      description: 'Take a person off a queue.',
      effect: 'changes',
      input: z.object({ queueId, userId: id('person') }),
      async run({ queueId: queue, ...given }, { projectId }) {
        await queues.unassign(projectId, queue, annotationAssignmentInput.parse(given).userId);
        return { success: true };
      },
    }),
  ];
}
