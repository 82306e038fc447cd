import type { MetricView } from '../../../contract/metrics.ts';
import type { MetricFields, MetricsVersion } from './field.ts';
import { observationViewDimensions, observationViewMeasures } from './observation-view.ts';
import { scoreViewDimensions, scoreViewMeasures } from './score-view.ts';
import { traceViewDimensions, traceViewMeasures } from './trace-view.ts';

/** Everything that a view can be grouped by and that can be measured. */
export function fieldsOf(view: MetricView): { dimensions: MetricFields; measures: MetricFields } {
  if (view === 'traces') return { dimensions: traceViewDimensions, measures: traceViewMeasures };
  if (view === 'observations') return { dimensions: observationViewDimensions, measures: observationViewMeasures };
  return { dimensions: scoreViewDimensions(view), measures: scoreViewMeasures(view) };
}

/** As `fieldsOf`, with those fields only that a version knows. */
export function fieldsIn(view: MetricView, version: MetricsVersion): { dimensions: MetricFields; measures: MetricFields } {
  const { dimensions, measures } = fieldsOf(view);
  const known = (fields: MetricFields): MetricFields =>
    Object.fromEntries(
      Object.entries(fields).filter(([, field]) => (field.version ?? 1) <= version && !(field.isFormer && version === 2)),
    );
  return { dimensions: known(dimensions), measures: known(measures) };
}
