import { z } from 'zod';
import { storable } from './storable.ts';

export const ANNOTATION_ITEM_STATUSES = ['PENDING', 'COMPLETED'] as const;
export type AnnotationItemStatus = (typeof ANNOTATION_ITEM_STATUSES)[number];

export const ANNOTATION_OBJECT_TYPES = ['TRACE', 'OBSERVATION', 'SESSION'] as const;
export type AnnotationObjectType = (typeof ANNOTATION_OBJECT_TYPES)[number];

const id = storable.min(1).max(800);

export const createAnnotationQueueInput = z.object({
  name: storable.min(1).max(1000),
  description: storable.nullish(),
  scoreConfigIds: z.array(id).min(1, 'at least one score config is needed').max(100),
});
export type CreateAnnotationQueueInput = z.output<typeof createAnnotationQueueInput>;

export const createAnnotationItemInput = z.object({
  objectId: id,
  objectType: z.enum(ANNOTATION_OBJECT_TYPES),
  status: z.enum(ANNOTATION_ITEM_STATUSES).nullish(),
});
export type CreateAnnotationItemInput = z.output<typeof createAnnotationItemInput>;

export const updateAnnotationItemInput = z.object({ status: z.enum(ANNOTATION_ITEM_STATUSES).nullish() });

export const annotationAssignmentInput = z.object({ userId: id });

/** What people are to score, and how. Times are ISO-8601 UTC with ms. */
export const annotationQueue = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  scoreConfigIds: z.array(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type AnnotationQueue = z.output<typeof annotationQueue>;

export const annotationItem = z.object({
  id: z.string(),
  queueId: z.string(),
  objectId: z.string(),
  objectType: z.enum(ANNOTATION_OBJECT_TYPES),
  status: z.enum(ANNOTATION_ITEM_STATUSES),
  completedAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type AnnotationItem = z.output<typeof annotationItem>;

/** Who is to work through a queue. */
export const annotationAssignment = z.object({ userId: z.string(), createdAt: z.string() });
export type AnnotationAssignment = z.output<typeof annotationAssignment>;
