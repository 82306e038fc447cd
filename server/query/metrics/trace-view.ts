import { TRACE } from '../trace-summary.ts';
import type { MetricFields } from './field.ts';
import { COUNT, monthOf, ownNumber, ownText } from './field.ts';

/** Dimensions of the view `traces` (contract §5.7). */
export const traceViewDimensions: MetricFields = {
  id: ownText('trace_id'),
  name: ownText(TRACE.name),
  tags: { kind: 'texts', own: `CAST(${TRACE.tags}, 'Array(String)')` },
  userId: ownText(TRACE.userId),
  sessionId: ownText(TRACE.sessionId),
  release: ownText(TRACE.release),
  version: ownText(TRACE.version),
  environment: ownText(TRACE.environment),
  timestampMonth: monthOf(TRACE.timestamp),
};

/** Measures of the view `traces`; latency in milliseconds, cost in USD. */
export const traceViewMeasures: MetricFields = {
  count: COUNT,
  observationsCount: ownNumber(TRACE.observationCount),
  scoresCount: { kind: 'number', joined: { to: 'scores', value: 'toFloat64(count())' } },
  uniqueUserIds: ownText(TRACE.userId),
  uniqueSessionIds: ownText(TRACE.sessionId),
  latency: ownNumber(`(${TRACE.latency}) * 1000`),
  totalTokens: ownNumber(TRACE.totalTokens),
  // A trace without any cost costs nothing, as in lists.
  totalCost: ownNumber(`ifNull(${TRACE.totalCost}, 0)`),
};
