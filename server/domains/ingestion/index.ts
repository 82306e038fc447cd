export { type IngestionDeps, ingestionOperations } from './operations.ts';
