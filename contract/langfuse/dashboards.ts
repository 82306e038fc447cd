import { z } from 'zod';
import { metaResponse, pageNumber, upTo } from './common.ts';
import { published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const unstableDashboardWidgetView = published(
  'UnstableDashboardWidgetView',
  z.enum(['observations', 'scores-numeric', 'scores-boolean', 'scores-categorical']),
);
export const unstableDashboardWidgetViewWithLegacy = published(
  'UnstableDashboardWidgetViewWithLegacy',
  z.enum(['observations', 'scores-numeric', 'scores-boolean', 'scores-categorical', 'traces']),
);
export const unstableDashboardWidgetChartType = published(
  'UnstableDashboardWidgetChartType',
  z.enum([
    'LINE_TIME_SERIES',
    'AREA_TIME_SERIES',
    'BAR_TIME_SERIES',
    'HORIZONTAL_BAR',
    'VERTICAL_BAR',
    'PIE',
    'NUMBER',
    'HISTOGRAM',
    'PIVOT_TABLE',
  ]),
);
export const unstableDashboardWidgetMetricAggregation = published(
  'UnstableDashboardWidgetMetricAggregation',
  z.enum(['sum', 'avg', 'count', 'max', 'min', 'p50', 'p75', 'p90', 'p95', 'p99', 'histogram', 'uniq']),
);
export const unstableDashboardWidgetDimension = published(
  'UnstableDashboardWidgetDimension',
  z.strictObject({ field: z.string() }),
);
export const unstableDashboardWidgetMetric = published(
  'UnstableDashboardWidgetMetric',
  z.strictObject({ measure: z.string(), agg: unstableDashboardWidgetMetricAggregation }),
);
export const unstableDashboardWidgetFilter = published(
  'UnstableDashboardWidgetFilter',
  z.strictObject({
    column: z.string(),
    operator: z.string(),
    type: z.string(),
    value: z.unknown().optional(),
    key: z.string().nullish(),
  }),
);
export const unstableDashboardWidgetSortOrder = published('UnstableDashboardWidgetSortOrder', z.enum(['ASC', 'DESC']));
export const unstableDashboardWidgetDefaultSort = published(
  'UnstableDashboardWidgetDefaultSort',
  z.strictObject({ column: z.string(), order: unstableDashboardWidgetSortOrder }),
);
export const unstableDashboardWidgetChartConfig = published(
  'UnstableDashboardWidgetChartConfig',
  z.strictObject({
    type: unstableDashboardWidgetChartType,
    row_limit: z.int().nullish(),
    show_value_labels: z.boolean().nullish(),
    bins: z.int().nullish(),
    defaultSort: unstableDashboardWidgetDefaultSort.optional(),
  }),
);
export const unstableDashboardWidgetChartConfigInput = published(
  'UnstableDashboardWidgetChartConfigInput',
  z.object({
    type: unstableDashboardWidgetChartType.optional(),
    row_limit: z.int().nullish(),
    show_value_labels: z.boolean().nullish(),
    bins: z.int().nullish(),
    defaultSort: unstableDashboardWidgetDefaultSort.optional(),
  }),
);
export const unstableCreateDashboardWidgetRequest = published(
  'UnstableCreateDashboardWidgetRequest',
  z.object({
    name: z.string(),
    description: z.string().nullish(),
    view: unstableDashboardWidgetView,
    dimensions: z.array(unstableDashboardWidgetDimension),
    metrics: z.array(unstableDashboardWidgetMetric),
    filters: z.array(unstableDashboardWidgetFilter),
    chartType: unstableDashboardWidgetChartType,
    chartConfig: unstableDashboardWidgetChartConfigInput.optional(),
  }),
);
export const unstableUpdateDashboardWidgetRequest = published(
  'UnstableUpdateDashboardWidgetRequest',
  z.object({
    name: z.string().nullish(),
    description: z.string().nullish(),
    view: unstableDashboardWidgetView.optional(),
    dimensions: z.array(unstableDashboardWidgetDimension).nullish(),
    metrics: z.array(unstableDashboardWidgetMetric).nullish(),
    filters: z.array(unstableDashboardWidgetFilter).nullish(),
    chartType: unstableDashboardWidgetChartType.optional(),
    chartConfig: unstableDashboardWidgetChartConfigInput.optional(),
  }),
);
export const unstableDashboardWidget = published(
  'UnstableDashboardWidget',
  z.strictObject({
    id: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    name: z.string(),
    description: z.string(),
    view: unstableDashboardWidgetViewWithLegacy,
    dimensions: z.array(unstableDashboardWidgetDimension),
    metrics: z.array(unstableDashboardWidgetMetric),
    filters: z.array(unstableDashboardWidgetFilter),
    chartType: unstableDashboardWidgetChartType,
    chartConfig: unstableDashboardWidgetChartConfig,
  }),
);
export const unstableDashboardWidgetList = published(
  'UnstableDashboardWidgetList',
  z.strictObject({ data: z.array(unstableDashboardWidget), meta: metaResponse }),
);
export const unstableDeleteDashboardWidgetResponse = published(
  'UnstableDeleteDashboardWidgetResponse',
  z.strictObject({ message: z.string() }),
);
export const unstableWidgetPlacement = published(
  'UnstableWidgetPlacement',
  z.strictObject({ id: z.string(), widgetId: z.string(), x: z.int(), y: z.int(), width: z.int(), height: z.int() }),
);
export const unstablePresetPlacement = published(
  'UnstablePresetPlacement',
  z.strictObject({ id: z.string(), presetId: z.string(), x: z.int(), y: z.int(), width: z.int(), height: z.int() }),
);
export const unstableDashboardPlacement = published(
  'UnstableDashboardPlacement',
  z.discriminatedUnion('type', [
    unstableWidgetPlacement.extend({ type: z.literal('widget') }),
    unstablePresetPlacement.extend({ type: z.literal('preset') }),
  ]),
);
export const unstableCreateWidgetPlacement = published(
  'UnstableCreateWidgetPlacement',
  z.object({
    id: z.string().nullish(),
    widgetId: z.string(),
    x: z.int().nullish(),
    y: z.int().nullish(),
    width: z.int().nullish(),
    height: z.int().nullish(),
  }),
);
export const unstableCreatePresetPlacement = published(
  'UnstableCreatePresetPlacement',
  z.object({
    id: z.string().nullish(),
    presetId: z.string(),
    x: z.int().nullish(),
    y: z.int().nullish(),
    width: z.int().nullish(),
    height: z.int().nullish(),
  }),
);
export const unstableCreateDashboardPlacementRequest = published(
  'UnstableCreateDashboardPlacementRequest',
  z.discriminatedUnion('type', [
    unstableCreateWidgetPlacement.extend({ type: z.literal('widget') }),
    unstableCreatePresetPlacement.extend({ type: z.literal('preset') }),
  ]),
);
export const unstableUpdateDashboardPlacementRequest = published(
  'UnstableUpdateDashboardPlacementRequest',
  z.object({ x: z.int().nullish(), y: z.int().nullish(), width: z.int().nullish(), height: z.int().nullish() }),
);
export const unstableDeleteDashboardPlacementResponse = published(
  'UnstableDeleteDashboardPlacementResponse',
  z.strictObject({ message: z.string() }),
);
export const unstableDashboardDefinition = published(
  'UnstableDashboardDefinition',
  z.strictObject({ widgets: z.array(unstableDashboardPlacement) }),
);
export const unstableDashboard = published(
  'UnstableDashboard',
  z.strictObject({
    id: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    name: z.string(),
    description: z.string(),
    definition: unstableDashboardDefinition,
    filters: z.array(unstableDashboardWidgetFilter),
  }),
);
export const unstableDashboardList = published(
  'UnstableDashboardList',
  z.strictObject({ data: z.array(unstableDashboard), meta: metaResponse }),
);
export const unstableCreateDashboardRequest = published(
  'UnstableCreateDashboardRequest',
  z.object({
    name: z.string(),
    description: z.string().nullish(),
    definition: unstableDashboardDefinition.optional(),
    filters: z.array(unstableDashboardWidgetFilter).nullish(),
  }),
);
export const unstableUpdateDashboardRequest = published(
  'UnstableUpdateDashboardRequest',
  z.object({
    name: z.string().nullish(),
    description: z.string().nullish(),
    definition: unstableDashboardDefinition.optional(),
    filters: z.array(unstableDashboardWidgetFilter).nullish(),
  }),
);
export const unstableDeleteDashboardResponse = published(
  'UnstableDeleteDashboardResponse',
  z.strictObject({ message: z.string() }),
);

export const dashboardsRoutes = routes('Dashboards', [
  route('listDashboardWidgets', 'GET', {
    path: '/unstable/dashboard-widgets',
    auth: 'project',
    errors: 'unstable',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: unstableDashboardWidgetList },
  }),
  route('createDashboardWidget', 'POST', {
    path: '/unstable/dashboard-widgets',
    auth: 'project',
    errors: 'unstable',
    body: unstableCreateDashboardWidgetRequest,
    answers: { 200: unstableDashboardWidget },
  }),
  route('getDashboardWidget', 'GET', {
    path: '/unstable/dashboard-widgets/{widgetId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableDashboardWidget },
  }),
  route('updateDashboardWidget', 'PATCH', {
    path: '/unstable/dashboard-widgets/{widgetId}',
    auth: 'project',
    errors: 'unstable',
    body: unstableUpdateDashboardWidgetRequest,
    answers: { 200: unstableDashboardWidget },
  }),
  route('deleteDashboardWidget', 'DELETE', {
    path: '/unstable/dashboard-widgets/{widgetId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableDeleteDashboardWidgetResponse },
  }),
  route('listDashboards', 'GET', {
    path: '/unstable/dashboards',
    auth: 'project',
    errors: 'unstable',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: unstableDashboardList },
  }),
  route('createDashboard', 'POST', {
    path: '/unstable/dashboards',
    auth: 'project',
    errors: 'unstable',
    body: unstableCreateDashboardRequest,
    answers: { 200: unstableDashboard },
  }),
  route('getDashboard', 'GET', {
    path: '/unstable/dashboards/{dashboardId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableDashboard },
  }),
  route('updateDashboard', 'PATCH', {
    path: '/unstable/dashboards/{dashboardId}',
    auth: 'project',
    errors: 'unstable',
    body: unstableUpdateDashboardRequest,
    answers: { 200: unstableDashboard },
  }),
  route('deleteDashboard', 'DELETE', {
    path: '/unstable/dashboards/{dashboardId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableDeleteDashboardResponse },
  }),
  route('createDashboardPlacement', 'POST', {
    path: '/unstable/dashboards/{dashboardId}/placements',
    auth: 'project',
    errors: 'unstable',
    body: unstableCreateDashboardPlacementRequest,
    answers: { 200: unstableDashboardPlacement },
  }),
  route('updateDashboardPlacement', 'PATCH', {
    path: '/unstable/dashboards/{dashboardId}/placements/{placementId}',
    auth: 'project',
    errors: 'unstable',
    body: unstableUpdateDashboardPlacementRequest,
    answers: { 200: unstableDashboardPlacement },
  }),
  route('deleteDashboardPlacement', 'DELETE', {
    path: '/unstable/dashboards/{dashboardId}/placements/{placementId}',
    auth: 'project',
    errors: 'unstable',
    answers: { 200: unstableDeleteDashboardPlacementResponse },
  }),
]);
