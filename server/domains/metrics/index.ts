export { metricsOperations } from './operations.ts';
