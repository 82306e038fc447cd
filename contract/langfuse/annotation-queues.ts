import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import { published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const annotationQueueStatus = published('AnnotationQueueStatus', z.enum(['PENDING', 'COMPLETED']));
export const annotationQueueObjectType = published('AnnotationQueueObjectType', z.enum(['TRACE', 'OBSERVATION', 'SESSION']));
export const annotationQueue = published(
  'AnnotationQueue',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    scoreConfigIds: z.array(z.string()),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const annotationQueueItem = published(
  'AnnotationQueueItem',
  z.strictObject({
    id: z.string(),
    queueId: z.string(),
    objectId: z.string(),
    objectType: annotationQueueObjectType,
    status: annotationQueueStatus,
    completedAt: timestamp.nullish(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const paginatedAnnotationQueues = published(
  'PaginatedAnnotationQueues',
  z.strictObject({ data: z.array(annotationQueue), meta: metaResponse }),
);
export const paginatedAnnotationQueueItems = published(
  'PaginatedAnnotationQueueItems',
  z.strictObject({ data: z.array(annotationQueueItem), meta: metaResponse }),
);
export const createAnnotationQueueRequest = published(
  'CreateAnnotationQueueRequest',
  z.object({ name: z.string(), description: z.string().nullish(), scoreConfigIds: z.array(z.string()) }),
);
export const createAnnotationQueueItemRequest = published(
  'CreateAnnotationQueueItemRequest',
  z.object({ objectId: z.string(), objectType: annotationQueueObjectType, status: annotationQueueStatus.optional() }),
);
export const updateAnnotationQueueItemRequest = published(
  'UpdateAnnotationQueueItemRequest',
  z.object({ status: annotationQueueStatus.optional() }),
);
export const deleteAnnotationQueueItemResponse = published(
  'DeleteAnnotationQueueItemResponse',
  z.strictObject({ success: z.boolean(), message: z.string() }),
);
export const annotationQueueAssignmentRequest = published('AnnotationQueueAssignmentRequest', z.object({ userId: z.string() }));
export const deleteAnnotationQueueAssignmentResponse = published(
  'DeleteAnnotationQueueAssignmentResponse',
  z.strictObject({ success: z.boolean() }),
);
export const createAnnotationQueueAssignmentResponse = published(
  'CreateAnnotationQueueAssignmentResponse',
  z.strictObject({ userId: z.string(), queueId: z.string(), projectId: z.string() }),
);

export const annotationQueuesRoutes = routes('Annotation queues', [
  route('listAnnotationQueues', 'GET', {
    path: '/annotation-queues',
    auth: 'project',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: paginatedAnnotationQueues },
  }),
  route('createAnnotationQueue', 'POST', {
    path: '/annotation-queues',
    auth: 'project',
    body: createAnnotationQueueRequest,
    answers: { 200: annotationQueue },
  }),
  route('getAnnotationQueue', 'GET', {
    path: '/annotation-queues/{queueId}',
    auth: 'project',
    answers: { 200: annotationQueue },
  }),
  route('listAnnotationQueueItems', 'GET', {
    path: '/annotation-queues/{queueId}/items',
    auth: 'project',
    query: z.object({ status: annotationQueueStatus.optional(), page: pageNumber, limit: upTo(100) }),
    answers: { 200: paginatedAnnotationQueueItems },
  }),
  route('createAnnotationQueueItem', 'POST', {
    path: '/annotation-queues/{queueId}/items',
    auth: 'project',
    body: createAnnotationQueueItemRequest,
    answers: { 200: annotationQueueItem },
  }),
  route('getAnnotationQueueItem', 'GET', {
    path: '/annotation-queues/{queueId}/items/{itemId}',
    auth: 'project',
    answers: { 200: annotationQueueItem },
  }),
  route('updateAnnotationQueueItem', 'PATCH', {
    path: '/annotation-queues/{queueId}/items/{itemId}',
    auth: 'project',
    body: updateAnnotationQueueItemRequest,
    answers: { 200: annotationQueueItem },
  }),
  route('deleteAnnotationQueueItem', 'DELETE', {
    path: '/annotation-queues/{queueId}/items/{itemId}',
    auth: 'project',
    answers: { 200: deleteAnnotationQueueItemResponse },
  }),
  route('createAnnotationQueueAssignment', 'POST', {
    path: '/annotation-queues/{queueId}/assignments',
    auth: 'project',
    body: annotationQueueAssignmentRequest,
    answers: { 200: createAnnotationQueueAssignmentResponse },
  }),
  route('deleteAnnotationQueueAssignment', 'DELETE', {
    path: '/annotation-queues/{queueId}/assignments',
    auth: 'project',
    body: annotationQueueAssignmentRequest,
    answers: { 200: deleteAnnotationQueueAssignmentResponse },
  }),
]);
