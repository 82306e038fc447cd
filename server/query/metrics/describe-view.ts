import { AGGREGATIONS, type Aggregation, type MetricView } from '../../../contract/metrics.ts';
import { aggregateSql } from './aggregations.ts';
import { isManyValued } from './check-many-valued.ts';
import type { MetricField, MetricsVersion } from './field.ts';
import { fieldsIn } from './views.ts';

/** What a view can be grouped by and what can be measured in it. */
export interface ViewDescription {
  dimensions: { field: string; type: MetricField['kind']; manyValues?: true }[];
  measures: { measure: string; type: MetricField['kind']; aggregations: Aggregation[]; needsDimension?: string }[];
}

/** Describes a view by the declarations that questions are answered from. */
export function describeView(view: MetricView, version: MetricsVersion): ViewDescription {
  const { dimensions, measures } = fieldsIn(view, version);
  return {
    dimensions: Object.entries(dimensions).map(([field, { kind }]) => ({
      field,
      type: kind,
      ...(version === 2 && isManyValued(field) && { manyValues: true as const }),
    })),
    measures: Object.entries(measures).map(([measure, { kind, pairOf }]) => ({
      measure,
      type: kind,
      aggregations: AGGREGATIONS.filter((aggregation) => aggregateSql(aggregation, kind, '', 1) !== null),
      ...(pairOf !== undefined && { needsDimension: pairOf }),
    })),
  };
}
