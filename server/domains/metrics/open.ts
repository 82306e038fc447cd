import type { Slice, Spine } from '../slice.ts';
import { metricsOperations } from './operations.ts';

export const openMetrics = (spine: Spine): Slice => ({ operations: metricsOperations({ store: spine.analytics }) });
