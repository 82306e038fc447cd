import { z } from 'zod';
import { createWidgetInput, updateWidgetInput } from '../../../../contract/dashboard.ts';
import type { DashboardWidgets } from '../../../domains/dashboards/index.ts';
import { id, paged, pageFields } from '../fields.ts';
import { type FilterInput, filterInput, readLooseFilter } from '../filter-input.ts';
import { type Tool, tool } from '../tool.ts';

const widgetId = id('dashboard widget');
const { name, description, view, dimensions, metrics, chartType, chartConfig } = createWidgetInput.shape;
const chart = {
  description,
  dimensions: dimensions.describe('[{field}]: group by these. At most one unless the chart is a PIVOT_TABLE.'),
  metrics: metrics.describe('[{measure, agg}]: at least one. getMetricsSchema says what there is.'),
};

/** Filters of a widget, with their types. */
const typed = (given: FilterInput, ofView: string | undefined) =>
  readLooseFilter('filters', ofView === undefined || ofView === 'observations' ? 'observations' : 'scores', given);

/** Charts that stand on dashboards (contract §1.18, §6). */
export function dashboardWidgetTools(widgets: DashboardWidgets): Tool[] {
  return [
    tool({
      name: 'listDashboardWidgets',
      description: 'List the charts that dashboards are made of, last changed first.',
      effect: 'reads',
      input: z.object(pageFields),
      async run(page, { projectId }) {
        const { data, totalItems } = await widgets.list(projectId, page.page, page.limit);
        return paged(data, page, totalItems);
      },
    }),
    tool({
      name: 'createDashboardWidget',
      description:
        'Make a chart of a metrics query, to be put on dashboards with addDashboardPlacement. Try the query with queryMetrics first.',
      effect: 'changes',
      input: z.object({ name, view, ...chart, filters: filterInput, chartType, chartConfig }),
      run: ({ filters, ...input }, { projectId }) =>
        widgets.create(projectId, createWidgetInput.parse({ ...input, filters: typed(filters, input.view) })),
    }),
    tool({
      name: 'getDashboardWidget',
      description: 'Get one chart: what it asks and how it is drawn.',
      effect: 'reads',
      input: z.object({ widgetId }),
      run: (input, { projectId }) => widgets.get(projectId, input.widgetId),
    }),
    tool({
      name: 'updateDashboardWidget',
      description: 'Change a chart wherever it stands; absent fields stay.',
      effect: 'changes',
      input: z.object({
        widgetId,
        name: name.optional(),
        view: view.optional(),
        description,
        dimensions: chart.dimensions.optional(),
        metrics: chart.metrics.optional(),
        filters: filterInput.optional(),
        chartType: chartType.optional(),
        chartConfig,
      }),
      async run({ widgetId: which, filters, ...input }, { projectId }) {
        const ofView = input.view ?? (filters && (await widgets.get(projectId, which)).view);
        const given = { ...input, ...(filters && { filters: typed(filters, ofView) }) };
        return widgets.update(projectId, which, updateWidgetInput.parse(given));
      },
    }),
    tool({
      name: 'deleteDashboardWidget',
      description: 'Delete a chart. Refused while it stands on a dashboard.',
      effect: 'changes',
      input: z.object({ widgetId }),
      async run(input, { projectId }) {
        await widgets.delete(projectId, input.widgetId);
        return { message: 'Dashboard widget successfully deleted' };
      },
    }),
  ];
}
