import { z } from 'zod';
import { AGGREGATIONS, GRANULARITIES, METRIC_VIEWS, metricsQuery } from '../../../../contract/metrics.ts';
import { describeView } from '../../../query/metrics/describe-view.ts';
import { getMetrics } from '../../../query/metrics/get-metrics.ts';
import type { ReadDeps } from '../../langfuse/read-routes.ts';
import { filterInput, readLooseFilter } from '../filter-input.ts';
import { type Tool, tool } from '../tool.ts';

/** The second version of the question language has no view of traces. */
const VIEWS = METRIC_VIEWS.filter((view) => view !== 'traces');
const view = z.enum(VIEWS as [(typeof VIEWS)[number], ...typeof VIEWS]);
const shape = metricsQuery.shape;

/** Sums, percentiles and counts of one project (contract §5.7, §6). */
export function metricsTools({ store }: Pick<ReadDeps, 'store'>): Tool[] {
  return [
    tool({
      name: 'getMetricsSchema',
      description:
        'What queryMetrics can be asked: dimensions, measures and their aggregations, by view. Read it before the first query.',
      effect: 'reads',
      input: z.object({ view: view.optional().describe('Only this view.') }),
      run: async ({ view: only }) => ({
        views: Object.fromEntries(
          VIEWS.filter((name) => only === undefined || name === only).map((name) => [name, describeView(name, 2)]),
        ),
        aggregations: AGGREGATIONS,
        granularities: ['auto', ...GRANULARITIES],
        rowKeys: 'Rows have the names of the dimensions, time_dimension, and <aggregation>_<measure>, e.g. sum_totalCost.',
        rules:
          'fromTimestamp and toTimestamp are inclusive. config.row_limit is 1 to 1000, 100 unless told. A dimension with manyValues needs config.row_limit, orderBy with a selected measure descending, and no timeDimension. Filters name columns of the list, or dimensions of the view.',
      }),
    }),
    tool({
      name: 'queryMetrics',
      description:
        'Ask for totals, averages, percentiles or histograms, grouped by dimensions and over time. getMetricsSchema says what there is.',
      effect: 'reads',
      expensive: true,
      input: z.object({
        view,
        dimensions: shape.dimensions.describe('Group by these.'),
        metrics: shape.metrics.describe('At least one measure with its aggregation.'),
        filters: filterInput.default([]),
        timeDimension: shape.timeDimension.describe('Buckets of time, in UTC.'),
        fromTimestamp: shape.fromTimestamp,
        toTimestamp: shape.toTimestamp,
        orderBy: shape.orderBy.describe('Dimensions, <aggregation>_<measure> or time_dimension.'),
        config: shape.config,
      }),
      async run({ filters, ...asked }, { projectId }) {
        const list = asked.view === 'observations' ? 'observations' : 'scores';
        const question = metricsQuery.parse({ ...asked, filters: readLooseFilter('filters', list, filters) });
        return { data: await getMetrics(store, projectId, question, 2) };
      },
    }),
  ];
}
