export { openIngestion } from './open.ts';
export { type IngestionDeps, ingestionOperations } from './operations.ts';
