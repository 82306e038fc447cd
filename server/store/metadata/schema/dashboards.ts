import { bigint, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { jsonText } from './json-text.ts';
import { createdAt, namespace, updatedAt } from './namespace.ts';
import { projects } from './projects.ts';

/** Charts that can stand on dashboards. */
export const dashboardWidgets = namespace.table('dashboard_widgets', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  description: text('description').notNull(),
  /** View, dimensions, metrics, filters, chart type and its config. */
  chart: jsonText('chart').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const dashboards = namespace.table('dashboards', {
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  id: text('id').primaryKey(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  description: text('description').notNull(),
  /** List of conditions. */
  filters: jsonText('filters').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Where widgets and presets stand on a dashboard. */
export const dashboardPlacements = namespace.table(
  'dashboard_placements',
  {
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    dashboardId: text('dashboard_id')
      .notNull()
      .references(() => dashboards.id, { onDelete: 'cascade' }),
    /** Unique on its dashboard only. */
    id: text('id').notNull(),
    /** Either a widget or a preset. */
    widgetId: text('widget_id').references(() => dashboardWidgets.id),
    presetId: text('preset_id'),
    x: integer('x').notNull(),
    y: integer('y').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
  },
  (table) => [primaryKey({ columns: [table.dashboardId, table.id] })],
);
