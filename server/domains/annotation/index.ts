export { type AnnotationItems, createAnnotationItems } from './items.ts';
export { type Annotation, openAnnotation } from './open.ts';
export { annotationOperations } from './operations.ts';
export { type AnnotationQueues, type AnnotationQueuesDeps, createAnnotationQueues } from './queues.ts';
