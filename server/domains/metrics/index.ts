export { openMetrics } from './open.ts';
export { metricsOperations } from './operations.ts';
