export { type AnnotationItems, createAnnotationItems } from './items.ts';
export { type AnnotationQueues, type AnnotationQueuesDeps, createAnnotationQueues } from './queues.ts';
