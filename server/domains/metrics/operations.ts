import * as declared from '../../../contract/api/metrics.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import { getMetrics } from '../../query/metrics/get-metrics.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';

/** What our own API can do with metrics. */
export function metricsOperations({ store }: { store: AnalyticsReader }): Implemented[] {
  return [
    implement(declared.queryMetrics, async ({ projectId, ...query }) => ({ data: await getMetrics(store, projectId, query, 2) })),
  ];
}
