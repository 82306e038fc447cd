import { z } from 'zod';
import {
  ANNOTATION_ITEM_STATUSES,
  annotationAssignment,
  annotationAssignmentInput,
  annotationItem,
  annotationQueue,
  createAnnotationItemInput,
  createAnnotationQueueInput,
} from '../annotation.ts';
import { operation } from '../operation.ts';
import { storable } from '../storable.ts';

const projectId = z.string();
const inProject = z.object({ projectId });
const inQueue = z.object({ projectId, queueId: z.string() });
const ofItem = inQueue.extend({ itemId: z.string() });
const paging = {
  page: z.number().int().min(1).default(1),
  limit: z.number().int().min(1).max(100).default(50),
};
const done = z.object({ ok: z.literal(true) });
const queues = '/projects/{projectId}/annotation-queues';
const items = `${queues}/{queueId}/items`;
const assignments = `${queues}/{queueId}/assignments`;
const read = { method: 'GET', access: 'any', role: 'VIEWER' } as const;
const write = { access: 'any', role: 'MEMBER' } as const;

export const createAnnotationQueue = operation({
  ...write,
  id: 'createAnnotationQueue',
  method: 'POST',
  path: queues,
  summary: 'Create an annotation queue',
  input: createAnnotationQueueInput.extend({ projectId }),
  output: annotationQueue,
});

export const listAnnotationQueues = operation({
  ...read,
  id: 'listAnnotationQueues',
  path: queues,
  summary: 'List annotation queues, newest first',
  input: inProject.extend(paging),
  output: z.object({ data: z.array(annotationQueue), totalCount: z.number().int() }),
});

export const getAnnotationQueue = operation({
  ...read,
  id: 'getAnnotationQueue',
  path: `${queues}/{queueId}`,
  summary: 'Get an annotation queue',
  input: inQueue,
  output: annotationQueue,
});

export const createAnnotationItem = operation({
  ...write,
  id: 'createAnnotationItem',
  method: 'POST',
  path: items,
  summary: 'Put a trace, a step or a session into an annotation queue',
  input: createAnnotationItemInput.extend(inQueue.shape),
  output: annotationItem,
});

export const listAnnotationItems = operation({
  ...read,
  id: 'listAnnotationItems',
  path: items,
  summary: 'List what is in an annotation queue, newest first',
  input: inQueue.extend({ status: z.enum(ANNOTATION_ITEM_STATUSES).optional(), ...paging }),
  output: z.object({ data: z.array(annotationItem), totalCount: z.number().int() }),
});

export const getAnnotationItem = operation({
  ...read,
  id: 'getAnnotationItem',
  path: `${items}/{itemId}`,
  summary: 'Get an item of an annotation queue',
  input: ofItem,
  output: annotationItem,
});

export const updateAnnotationItem = operation({
  ...write,
  id: 'updateAnnotationItem',
  method: 'PATCH',
  path: `${items}/{itemId}`,
  summary: 'Complete an item of an annotation queue, or take that back',
  input: ofItem.extend({ status: z.enum(ANNOTATION_ITEM_STATUSES) }),
  output: annotationItem,
});

export const deleteAnnotationItem = operation({
  ...write,
  id: 'deleteAnnotationItem',
  method: 'DELETE',
  path: `${items}/{itemId}`,
  summary: 'Take an item out of an annotation queue',
  input: ofItem,
  output: done,
});

export const listAnnotationAssignments = operation({
  ...read,
  id: 'listAnnotationAssignments',
  path: assignments,
  summary: 'List who works through an annotation queue',
  input: inQueue,
  output: z.object({ data: z.array(annotationAssignment) }),
});

export const createAnnotationAssignment = operation({
  ...write,
  id: 'createAnnotationAssignment',
  method: 'POST',
  path: assignments,
  summary: 'Assign a member of the project to an annotation queue',
  input: annotationAssignmentInput.extend(inQueue.shape),
  output: done,
});

export const deleteAnnotationAssignment = operation({
  ...write,
  id: 'deleteAnnotationAssignment',
  method: 'DELETE',
  path: `${assignments}/{userId}`,
  summary: 'Take somebody off an annotation queue',
  input: inQueue.extend({ userId: storable }),
  output: done,
});
