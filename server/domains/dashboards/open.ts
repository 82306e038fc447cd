import type { Slice, Spine } from '../slice.ts';
import { createDashboards, type Dashboards } from './dashboards.ts';
import { dashboardOperations } from './operations.ts';
import { createDashboardWidgets, type DashboardWidgets } from './widgets.ts';

export function openDashboards(spine: Spine): { dashboards: Dashboards; dashboardWidgets: DashboardWidgets } & Slice {
  const parts = { dashboards: createDashboards(spine), dashboardWidgets: createDashboardWidgets(spine) };
  return { ...parts, operations: dashboardOperations(parts) };
}
