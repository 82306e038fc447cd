import { z } from 'zod';
import { filterCondition } from './filter/condition.ts';
import { AGGREGATIONS, METRIC_VIEWS } from './metrics.ts';
import { timestamp } from './observation.ts';
import { storable } from './storable.ts';

/** What a widget can be made of; traces are a view of the older metrics only (contract §1.18). */
export const WIDGET_VIEWS = METRIC_VIEWS.filter((view) => view !== 'traces');
export type WidgetView = (typeof WIDGET_VIEWS)[number];

export const CHART_TYPES = [
  'LINE_TIME_SERIES',
  'AREA_TIME_SERIES',
  'BAR_TIME_SERIES',
  'HORIZONTAL_BAR',
  'VERTICAL_BAR',
  'PIE',
  'NUMBER',
  'HISTOGRAM',
  'PIVOT_TABLE',
] as const;
export type ChartType = (typeof CHART_TYPES)[number];

const name = storable.min(1).max(200);
const description = storable.max(5000);
const filters = z.array(filterCondition).max(100);
const dimensions = z.array(z.object({ field: storable })).max(20);
/** `agg` is what metrics call the aggregation. */
const metrics = z
  .array(z.object({ measure: storable, agg: z.enum(AGGREGATIONS) }))
  .min(1)
  .max(20);

/** `type` is the widget's chart type, also where it is not said. */
const chartConfigInput = z.object({
  type: z.enum(CHART_TYPES).nullish(),
  /** Rows of charts of totals and of pivot tables. */
  row_limit: z.int().min(1).max(1000).nullish(),
  show_value_labels: z.boolean().nullish(),
  /** Of a histogram. */
  bins: z.int().min(1).max(100).nullish(),
  /** Of a pivot table. */
  defaultSort: z.object({ column: storable, order: z.enum(['ASC', 'DESC']) }).nullish(),
});
export type ChartConfigInput = z.output<typeof chartConfigInput>;

export const createWidgetInput = z.object({
  name,
  description: description.nullish(),
  view: z.enum(WIDGET_VIEWS),
  dimensions,
  metrics,
  filters,
  chartType: z.enum(CHART_TYPES),
  chartConfig: chartConfigInput.nullish(),
});
export type CreateWidgetInput = z.output<typeof createWidgetInput>;

const hasChange = (given: object) => Object.values(given).some((value) => value != null);

/** Null counts as absent. Another chart type without a config goes back to that type's plain config. */
export const updateWidgetInput = z
  .object({
    name: name.nullish(),
    description: description.nullish(),
    view: z.enum(WIDGET_VIEWS).nullish(),
    dimensions: dimensions.nullish(),
    metrics: metrics.nullish(),
    filters: filters.nullish(),
    chartType: z.enum(CHART_TYPES).nullish(),
    chartConfig: chartConfigInput.nullish(),
  })
  .refine(hasChange, 'needs at least one field to change');
export type UpdateWidgetInput = z.output<typeof updateWidgetInput>;

const chartConfig = z.object({
  type: z.enum(CHART_TYPES),
  row_limit: z.int().optional(),
  show_value_labels: z.boolean().optional(),
  bins: z.int().optional(),
  defaultSort: z.object({ column: z.string(), order: z.enum(['ASC', 'DESC']) }).optional(),
});
export type ChartConfig = z.output<typeof chartConfig>;

/** A chart that can stand on any dashboard of its project. */
export const dashboardWidget = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  view: z.enum(WIDGET_VIEWS),
  dimensions,
  metrics,
  filters,
  chartType: z.enum(CHART_TYPES),
  chartConfig,
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type DashboardWidget = z.output<typeof dashboardWidget>;

/** Columns of a dashboard's grid. */
export const GRID_COLUMNS = 12;
/** Width and height of a tile that does not say them. */
export const DEFAULT_TILE = 6;

const tile = {
  /** Leftmost column, from 0. */
  x: z
    .int()
    .min(0)
    .max(GRID_COLUMNS - 1),
  /** Topmost row, from 0 and growing downwards. */
  y: z.int().min(0).max(10_000),
  width: z.int().min(1).max(GRID_COLUMNS),
  height: z.int().min(1).max(1000),
};
const placementId = storable.min(1).max(200);
const presetId = storable.min(1).max(200);

/** What the app draws itself and can stand on a dashboard. */
export const DASHBOARD_PRESETS = ['traces', 'cost', 'tokens', 'latency', 'errors', 'scores', 'users'] as const;

/** Where something stands: a widget, or something that the app draws itself (a preset). */
export const placement = z.discriminatedUnion('type', [
  z.object({ type: z.literal('widget'), id: placementId, widgetId: storable, ...tile }),
  z.object({ type: z.literal('preset'), id: placementId, presetId, ...tile }),
]);
export type Placement = z.output<typeof placement>;

const newTile = {
  id: placementId.nullish(),
  x: tile.x.nullish(),
  y: tile.y.nullish(),
  width: tile.width.nullish(),
  height: tile.height.nullish(),
};

/** Without a place: half the width, below everything. */
export const createPlacementInput = z.discriminatedUnion('type', [
  z.object({ type: z.literal('widget'), widgetId: storable, ...newTile }),
  z.object({ type: z.literal('preset'), presetId, ...newTile }),
]);
export type CreatePlacementInput = z.output<typeof createPlacementInput>;

const immutable = z.never('cannot be changed: delete the placement and add another').optional();

/** Moves or resizes; what it shows stays. */
export const updatePlacementInput = z
  .object({
    x: tile.x.nullish(),
    y: tile.y.nullish(),
    width: tile.width.nullish(),
    height: tile.height.nullish(),
    id: immutable,
    type: immutable,
    widgetId: immutable,
    presetId: immutable,
  })
  .refine(hasChange, 'needs at least one of x, y, width, height');
export type UpdatePlacementInput = z.output<typeof updatePlacementInput>;

const definition = z.object({ widgets: z.array(placement).max(200) });

export const createDashboardInput = z.object({
  name,
  description: description.nullish(),
  definition: definition.nullish(),
  filters: filters.nullish(),
});
export type CreateDashboardInput = z.output<typeof createDashboardInput>;

/** Null counts as absent; a definition replaces all placements. */
export const updateDashboardInput = z
  .object({
    name: name.nullish(),
    description: description.nullish(),
    definition: definition.nullish(),
    filters: filters.nullish(),
  })
  .refine(hasChange, 'needs at least one of name, description, definition, filters');
export type UpdateDashboardInput = z.output<typeof updateDashboardInput>;

/** Widgets on a grid; the filters count for all of them, as far as their views have the columns. */
export const dashboard = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  definition,
  filters,
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Dashboard = z.output<typeof dashboard>;
