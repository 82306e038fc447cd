import { WIDGET_VIEWS } from '../../../contract/dashboard.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { AppError } from '../../lib/errors.ts';
import { refuse } from '../../lib/refuse.ts';
import { checkMetricsQuery } from '../../query/metrics/get-metrics.ts';
import { type Chart, widgetQuestion } from './widget-question.ts';

/** Any range: what a chart asks does not depend on it. */
const RANGE = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };

/** Fields of the question for metrics that a widget calls otherwise. */
const NAMES: [question: RegExp, widget: string][] = [
  [/^(metrics\[\d+\])\.aggregation$/, '$1.agg'],
  [/^config\./, 'chartConfig.'],
  [/^orderBy\[\d+\]\.field$/, 'chartConfig.defaultSort.column'],
  [/^orderBy$/, 'chartConfig.defaultSort'],
  [/^timeDimension(\.granularity)?$/, 'chartType'],
];

/**
 * Refuses a chart that could not be drawn: what it asks must be a question that metrics answer (contract §1.18, §5.7).
 * @throws AppError 400 that names the field
 */
export function checkChart(chart: Chart): void {
  const { chartType, chartConfig, dimensions } = chart;
  if (chartConfig.type !== chartType) {
    throw invalid(`${chartConfig.type} is not the widget's chartType ${chartType}.`, 'chartConfig.type');
  }
  if (chartType !== 'PIVOT_TABLE' && dimensions.length > 1) {
    throw invalid(`A ${chartType} has one dimension at most; several are for PIVOT_TABLE.`, 'dimensions');
  }
  const told = complaintOf(() => checkMetricsQuery(widgetQuestion(chart, RANGE), 2));
  if (told !== null) throw refusalOf(told, chart.filters);
}

/** Refuses filters of a dashboard that no widget could have. @throws AppError 400 that names the condition */
export function checkDashboardFilters(filters: readonly FilterCondition[]): void {
  for (const [index, condition] of filters.entries()) {
    const complaints = WIDGET_VIEWS.map((view) =>
      complaintOf(() =>
        checkMetricsQuery(
          {
            view,
            dimensions: [],
            metrics: [{ measure: 'count', aggregation: 'count' }],
            filters: [condition],
            fromTimestamp: RANGE.from,
            toTimestamp: RANGE.to,
          },
          2,
        ),
      ),
    );
    if (complaints.includes(null)) continue;
    throw refusalOf(complaints[0]!.replace('filters[0]', `filters[${index}]`), filters);
  }
}

/** The message of what is refused, or null. */
function complaintOf(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof AppError && error.status === 400) return error.message;
    throw error;
  }
}

/** Metrics say the field before a colon. */
function refusalOf(complaint: string, filters: readonly FilterCondition[]): AppError {
  const [, field = '', message = complaint] = /^([A-Za-z_.[\]\d]+): (.*)$/s.exec(complaint) ?? [];
  const index = /^filters\[(\d+)\]$/.exec(field)?.[1];
  if (index !== undefined) {
    return refuse(complaint, { reason: 'invalid_request', field, column: filters[Number(index)]!.column });
  }
  const rename = NAMES.find(([question]) => question.test(field));
  return invalid(message, rename ? field.replace(...rename) : field);
}

/** An error about one field, e.g. `metrics[0].measure`. */
export function invalid(message: string, field: string): AppError {
  const path = field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return refuse(`${field}: ${message}`, { reason: 'invalid_request', field, issues: [{ code: 'custom', message, path }] });
}
