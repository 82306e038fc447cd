import type { DashboardWidget } from '../../../contract/dashboard.ts';
import type { MetricsQuery } from '../../../contract/metrics.ts';

export type Chart = Pick<DashboardWidget, 'view' | 'dimensions' | 'metrics' | 'filters' | 'chartType' | 'chartConfig'>;

/** Rows of a chart of totals that does not say how many. */
const DEFAULT_ROWS = 100;
/** As many as metrics give: a series that is cut would lie. */
const MOST_ROWS = 1000;

/** The question for metrics (its second version) whose answer a chart shows; times are ISO-8601, inclusive at both ends. */
export function widgetQuestion(chart: Chart, range: { from: string; to: string }): MetricsQuery {
  const { view, dimensions, filters, chartType, chartConfig } = chart;
  const metrics = chart.metrics.map(({ measure, agg }) => ({ measure, aggregation: agg }));
  const question = { view, dimensions, metrics, filters, fromTimestamp: range.from, toTimestamp: range.to };
  const { bins, row_limit: rows, defaultSort } = chartConfig;
  if (chartType.endsWith('_TIME_SERIES')) {
    return { ...question, timeDimension: { granularity: 'auto' }, config: { row_limit: MOST_ROWS } };
  }
  const first = metrics[0]!;
  const ranked = dimensions.length > 0 && first.aggregation !== 'histogram';
  const orderBy =
    chartType === 'PIVOT_TABLE' && defaultSort
      ? [{ field: defaultSort.column, direction: defaultSort.order === 'ASC' ? ('asc' as const) : ('desc' as const) }]
      : ranked
        ? [{ field: `${first.aggregation}_${first.measure}`, direction: 'desc' as const }]
        : null;
  return { ...question, orderBy, config: { row_limit: rows ?? DEFAULT_ROWS, ...(bins !== undefined && { bins }) } };
}
