import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import {
  ANNOTATION_ITEM_STATUSES,
  annotationAssignmentInput,
  createAnnotationItemInput,
  createAnnotationQueueInput,
  updateAnnotationItemInput,
} from '../../../contract/annotation.ts';
import type { AnnotationItems, AnnotationQueues } from '../../domains/annotation/index.ts';
import { option, pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';

export interface AnnotationQueueRoutesDeps {
  access: ReadDeps['access'];
  queues: AnnotationQueues;
  items: AnnotationItems;
}

const listParams = z.object(pageParams);
const itemListParams = z.object({ ...pageParams, status: option(ANNOTATION_ITEM_STATUSES) });
const queueParams = z.object({ queueId: z.string() });
const itemParams = z.object({ queueId: z.string(), itemId: z.string() });

/** Annotation queues of the Langfuse API with their items and assignments (contract §1.14). */
export function annotationQueueRoutes({ access, queues, items }: AnnotationQueueRoutesDeps): FastifyPluginAsync {
  return async (fastify) => {
    fastify.post('/annotation-queues', async (request) => {
      const projectId = await projectOf(access, request);
      return queues.create(projectId, createAnnotationQueueInput.parse(request.body));
    });

    fastify.get('/annotation-queues', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = listParams.parse(request.query);
      const { data, totalItems } = await queues.list(projectId, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/annotation-queues/:queueId', async (request) => {
      const projectId = await projectOf(access, request);
      return queues.get(projectId, queueParams.parse(request.params).queueId);
    });

    fastify.post('/annotation-queues/:queueId/items', async (request) => {
      const projectId = await projectOf(access, request);
      const { queueId } = queueParams.parse(request.params);
      return items.create(projectId, queueId, createAnnotationItemInput.parse(request.body));
    });

    fastify.get('/annotation-queues/:queueId/items', async (request) => {
      const projectId = await projectOf(access, request);
      const { queueId } = queueParams.parse(request.params);
      const { page, limit, status } = itemListParams.parse(request.query);
      const { data, totalItems } = await items.list(projectId, queueId, status, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.get('/annotation-queues/:queueId/items/:itemId', async (request) => {
      const projectId = await projectOf(access, request);
      const { queueId, itemId } = itemParams.parse(request.params);
      return items.get(projectId, queueId, itemId);
    });

    fastify.patch('/annotation-queues/:queueId/items/:itemId', async (request) => {
      const projectId = await projectOf(access, request);
      const { queueId, itemId } = itemParams.parse(request.params);
      const { status } = updateAnnotationItemInput.parse(request.body);
      return status ? items.setStatus(projectId, queueId, itemId, status) : items.get(projectId, queueId, itemId);
    });

    fastify.delete('/annotation-queues/:queueId/items/:itemId', async (request) => {
      const projectId = await projectOf(access, request);
      const { queueId, itemId } = itemParams.parse(request.params);
      await items.delete(projectId, queueId, itemId);
      return { success: true, message: 'Annotation queue item deleted successfully' };
    });

    fastify.post('/annotation-queues/:queueId/assignments', async (request) => {
      const projectId = await projectOf(access, request);
      const { queueId } = queueParams.parse(request.params);
      const { userId } = annotationAssignmentInput.parse(request.body);
      await queues.assign(projectId, queueId, userId);
      return { userId, queueId, projectId };
    });

    fastify.delete('/annotation-queues/:queueId/assignments', async (request) => {
      const projectId = await projectOf(access, request);
      const { queueId } = queueParams.parse(request.params);
      await queues.unassign(projectId, queueId, annotationAssignmentInput.parse(request.body).userId);
      return { success: true };
    });
  };
}
