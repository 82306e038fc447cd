import { and, count, desc, eq } from 'drizzle-orm';
import type {
  ChartConfig,
  ChartConfigInput,
  ChartType,
  CreateWidgetInput,
  DashboardWidget,
  UpdateWidgetInput,
} from '../../../contract/dashboard.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { refuse } from '../../lib/refuse.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { checkChart } from './check-chart.ts';
import type { Chart } from './widget-question.ts';

const { dashboardWidgets: widgets, dashboardPlacements: placements } = tables;

type Row = typeof widgets.$inferSelect;

/** Charts that can stand on the dashboards of their project (contract §1.18). */
export interface DashboardWidgets {
  /** @throws AppError 400 for what metrics cannot answer or the chart cannot show */
  create(projectId: string, input: CreateWidgetInput): Promise<DashboardWidget>;
  /** @throws AppError 400, 404 */
  update(projectId: string, widgetId: string, input: UpdateWidgetInput): Promise<DashboardWidget>;
  /** Last changed first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: DashboardWidget[]; totalItems: number }>;
  /** @throws AppError 404 */
  get(projectId: string, widgetId: string): Promise<DashboardWidget>;
  /** @throws AppError 404, 409 while it stands on a dashboard */
  delete(projectId: string, widgetId: string): Promise<void>;
}

export function createDashboardWidgets({ db, clock }: { db: MetadataDb; clock: Clock }): DashboardWidgets {
  const one = (projectId: string, id: string) => and(eq(widgets.projectId, projectId), eq(widgets.id, id));

  return {
    async create(projectId, { name, description, chartConfig, ...asked }) {
      const chart: Chart = { ...asked, chartConfig: configOf(asked.chartType, chartConfig) };
      checkChart(chart);
      const at = new Date(clock.now());
      const [row] = await db
        .insert(widgets)
        .values({ id: newId(), projectId, name, description: description ?? '', chart, createdAt: at, updatedAt: at })
        .returning();
      return shown(row!);
    },

    async update(projectId, widgetId, { name, description, ...given }) {
      if (!isStorable(widgetId)) throw missing();
      const at = new Date(clock.now());
      return db.transaction(async (tx) => {
        const [before] = await tx.select().from(widgets).where(one(projectId, widgetId)).for('update');
        if (!before) throw missing();
        const chart = changed(before.chart as Chart, given);
        checkChart(chart);
        const [row] = await tx
          .update(widgets)
          .set({ name: name ?? before.name, description: description ?? before.description, chart, updatedAt: at })
          .where(eq(widgets.id, before.id))
          .returning();
        return shown(row!);
      });
    },

    async list(projectId, page, limit) {
      const ofProject = eq(widgets.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(widgets).where(ofProject);
      const rows = await db
        .select()
        .from(widgets)
        .where(ofProject)
        .orderBy(desc(widgets.updatedAt), desc(widgets.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    async get(projectId, widgetId) {
      const [row] = isStorable(widgetId) ? await db.select().from(widgets).where(one(projectId, widgetId)) : [];
      if (!row) throw missing();
      return shown(row);
    },

    async delete(projectId, widgetId) {
      if (!isStorable(widgetId)) throw missing();
      await db.transaction(async (tx) => {
        const [row] = await tx.select({ id: widgets.id }).from(widgets).where(one(projectId, widgetId)).for('update');
        if (!row) throw missing();
        const [used] = await tx.select({ places: count() }).from(placements).where(eq(placements.widgetId, row.id));
        if (used!.places > 0) {
          throw refuse('The widget stands on a dashboard. Delete its placements first.', { reason: 'conflict' });
        }
        await tx.delete(widgets).where(eq(widgets.id, row.id));
      });
    },
  };
}

/** The chart after a change; another type without a config has that type's plain config. */
function changed(before: Chart, given: Omit<UpdateWidgetInput, 'name' | 'description'>): Chart {
  const chartType = given.chartType ?? before.chartType;
  const kept = chartType === before.chartType ? before.chartConfig : configOf(chartType, null);
  return {
    view: given.view ?? before.view,
    dimensions: given.dimensions ?? before.dimensions,
    metrics: given.metrics ?? before.metrics,
    filters: given.filters ?? before.filters,
    chartType,
    chartConfig: given.chartConfig ? configOf(chartType, given.chartConfig) : kept,
  };
}

/** A config with its type, without what was not said. */
function configOf(chartType: ChartType, given: ChartConfigInput | null | undefined): ChartConfig {
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { type: chartType, ...Object.fromEntries(said) };
}

const missing = () => refuse('Dashboard widget not found', { reason: 'resource_not_found' });

const shown = (row: Row): DashboardWidget => ({
  id: row.id,
  name: row.name,
  description: row.description,
  ...(row.chart as Chart),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
