import type { MetricView } from '../../../contract/metrics.ts';
import { observationViewDimensions, observationViewMeasures } from './observation-view.ts';
import { scoreViewDimensions, scoreViewMeasures } from './score-view.ts';
import { traceViewDimensions, traceViewMeasures } from './trace-view.ts';

/** Version of the metrics API; the second has no traces and has rules for dimensions of many values. */
export type MetricsVersion = 1 | 2;

/** What is joined to the rows of a view: the fold of the row's trace, the step of a score, the number of scores. */
export type JoinName = 'trace' | 'step' | 'scores';

/**
 * How a value is read: `own` is an expression over the view's own rows (for traces an aggregate over the rows of a trace), `joined` one
 * over what is joined to it. With both, the joined one counts where the own one is empty.
 */
export interface MetricField {
  kind: 'text' | 'texts' | 'number' | 'boolean';
  own?: string;
  joined?: { to: JoinName; value: string };
  /** A row of the view counts once for every element of its list; `pairs` are tuples of a key and its number. */
  explode?: 'elements' | 'pairs';
  /** Only from that version on. */
  version?: MetricsVersion;
  /** Not in the second version. */
  isFormer?: boolean;
  /** A measure that is the number of the exploded pair of this dimension. */
  pairOf?: string;
}

export type MetricFields = Readonly<Record<string, MetricField>>;

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
