import type { MetricView } from '../../../contract/metrics.ts';
import { TRACE } from '../trace-summary.ts';
import type { MetricFields } from './field.ts';
import { COUNT, dayOf, inVersion2, joinedText, joinedTexts, monthOf, onlyInVersion1, ownNumber, ownText } from './field.ts';

const COMMON: MetricFields = {
  id: ownText('id'),
  environment: ownText('environment'),
  name: ownText('name'),
  source: ownText('source'),
  dataType: ownText('data_type'),
  traceId: ownText('trace_id'),
  configId: ownText('config_id'),
  timestampMonth: monthOf('timestamp'),
  timestampDay: dayOf('timestamp'),
  observationId: onlyInVersion1(ownText('observation_id')),
  traceName: joinedText('trace', TRACE.name),
  tags: joinedTexts('trace', TRACE.tags),
  userId: joinedText('trace', TRACE.userId),
  sessionId: joinedText('trace', TRACE.sessionId, 'session_id'),
  traceRelease: joinedText('trace', TRACE.release),
  traceVersion: joinedText('trace', TRACE.version),
  observationName: joinedText('step', 'name'),
  observationModelName: joinedText('step', 'model'),
  observationPromptName: joinedText('step', 'prompt_name'),
  observationPromptVersion: { kind: 'number', joined: { to: 'step', value: 'toNullable(toFloat64(prompt_version))' } },
  experimentName: inVersion2(joinedText('trace', 'experiment_name')),
  experimentId: inVersion2(joinedText('trace', 'experiment_id')),
};

/** Data types that a view of scores holds. */
export const SCORE_VIEW_TYPES: Record<Exclude<MetricView, 'traces' | 'observations'>, readonly string[]> = {
  'scores-numeric': ['NUMERIC', 'BOOLEAN'],
  'scores-categorical': ['CATEGORICAL'],
  'scores-boolean': ['BOOLEAN'],
};

/** Dimensions of a view of scores (contract §5.7). */
export function scoreViewDimensions(view: keyof typeof SCORE_VIEW_TYPES): MetricFields {
  if (view === 'scores-numeric') return { ...COMMON, value: ownNumber('value') };
  if (view === 'scores-categorical') return { ...COMMON, stringValue: ownText('string_value') };
  return { ...COMMON, booleanValue: { kind: 'boolean', own: '(ifNull(value, 0) = 1)' } };
}

/** Measures of a view of scores: categories have no number. */
export const scoreViewMeasures = (view: keyof typeof SCORE_VIEW_TYPES): MetricFields =>
  view === 'scores-categorical' ? { count: COUNT } : { count: COUNT, value: ownNumber('value') };
