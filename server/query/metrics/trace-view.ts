import { TRACE_FOLD } from '../trace-fold-sql.ts';
import type { MetricFields } from './field.ts';
import { COUNT, monthOf, ownNumber, ownText } from './field.ts';

/** Dimensions of the view `traces` (contract §5.7). */
export const traceViewDimensions: MetricFields = {
  id: ownText('trace_id'),
  name: ownText(TRACE_FOLD.name),
  tags: { kind: 'texts', own: `CAST(${TRACE_FOLD.tags}, 'Array(String)')` },
  userId: ownText(TRACE_FOLD.userId),
  sessionId: ownText(TRACE_FOLD.sessionId),
  release: ownText(TRACE_FOLD.release),
  version: ownText(TRACE_FOLD.version),
  environment: ownText(TRACE_FOLD.environment),
  timestampMonth: monthOf(TRACE_FOLD.timestamp),
};

/** Measures of the view `traces`; latency in milliseconds, cost in USD. */
export const traceViewMeasures: MetricFields = {
  count: COUNT,
  observationsCount: ownNumber(TRACE_FOLD.observationCount),
  scoresCount: { kind: 'number', joined: { to: 'scores', value: 'toFloat64(count())' } },
  uniqueUserIds: ownText(TRACE_FOLD.userId),
  uniqueSessionIds: ownText(TRACE_FOLD.sessionId),
  latency: ownNumber(`(${TRACE_FOLD.latency}) * 1000`),
  totalTokens: ownNumber(TRACE_FOLD.totalTokens),
  // A trace without any cost costs nothing, as in lists.
  totalCost: ownNumber(`ifNull(${TRACE_FOLD.totalCost}, 0)`),
};
