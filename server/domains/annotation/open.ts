import type { Slice, Spine } from '../slice.ts';
import { type AnnotationItems, createAnnotationItems } from './items.ts';
import { annotationOperations } from './operations.ts';
import { type AnnotationQueues, type AnnotationQueuesDeps, createAnnotationQueues } from './queues.ts';

export type Annotation = { queues: AnnotationQueues; items: AnnotationItems };

export function openAnnotation(
  spine: Spine,
  needs: Pick<AnnotationQueuesDeps, 'findScoreConfig' | 'isMember'>,
): Annotation & Slice {
  const annotation = { queues: createAnnotationQueues({ ...spine, ...needs }), items: createAnnotationItems(spine) };
  return { ...annotation, operations: annotationOperations(annotation) };
}
