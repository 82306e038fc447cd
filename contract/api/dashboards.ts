import { z } from 'zod';
import {
  createDashboardInput,
  createPlacementInput,
  createWidgetInput,
  dashboard,
  dashboardWidget,
  placement,
  updateDashboardInput,
  updatePlacementInput,
  updateWidgetInput,
} from '../dashboard.ts';
import { operation } from '../operation.ts';

const projectId = z.string();
const dashboardId = z.string();
const placementId = z.string();
const widgetId = z.string();
const paged = z.object({
  projectId,
  page: z.number().int().min(1).default(1),
  limit: z.number().int().min(1).max(100).default(50),
});
const done = z.object({ ok: z.literal(true) });

export const listDashboards = operation({
  id: 'listDashboards',
  method: 'GET',
  path: '/projects/{projectId}/dashboards',
  access: 'any',
  role: 'VIEWER',
  summary: 'List dashboards, last changed first',
  input: paged,
  output: z.object({ data: z.array(dashboard), totalCount: z.number().int() }),
});

export const getDashboard = operation({
  id: 'getDashboard',
  method: 'GET',
  path: '/projects/{projectId}/dashboards/{dashboardId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a dashboard',
  input: z.object({ projectId, dashboardId }),
  output: dashboard,
});

export const createDashboard = operation({
  id: 'createDashboard',
  method: 'POST',
  path: '/projects/{projectId}/dashboards',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create a dashboard',
  input: createDashboardInput.extend({ projectId }),
  output: dashboard,
});

export const updateDashboard = operation({
  id: 'updateDashboard',
  method: 'PATCH',
  path: '/projects/{projectId}/dashboards/{dashboardId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Change a dashboard',
  input: z.intersection(z.object({ projectId, dashboardId }), updateDashboardInput),
  output: dashboard,
});

export const deleteDashboard = operation({
  id: 'deleteDashboard',
  method: 'DELETE',
  path: '/projects/{projectId}/dashboards/{dashboardId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a dashboard; its widgets stay',
  input: z.object({ projectId, dashboardId }),
  output: done,
});

export const addDashboardPlacement = operation({
  id: 'addDashboardPlacement',
  method: 'POST',
  path: '/projects/{projectId}/dashboards/{dashboardId}/placements',
  access: 'any',
  role: 'MEMBER',
  summary: 'Put a widget on a dashboard, below the others unless a place is named',
  input: z.intersection(z.object({ projectId, dashboardId }), createPlacementInput),
  output: placement,
});

export const updateDashboardPlacement = operation({
  id: 'updateDashboardPlacement',
  method: 'PATCH',
  path: '/projects/{projectId}/dashboards/{dashboardId}/placements/{placementId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Move or resize a tile of a dashboard',
  input: z.intersection(z.object({ projectId, dashboardId, placementId }), updatePlacementInput),
  output: placement,
});

export const deleteDashboardPlacement = operation({
  id: 'deleteDashboardPlacement',
  method: 'DELETE',
  path: '/projects/{projectId}/dashboards/{dashboardId}/placements/{placementId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Take a tile off a dashboard; its widget stays',
  input: z.object({ projectId, dashboardId, placementId }),
  output: done,
});

export const listDashboardWidgets = operation({
  id: 'listDashboardWidgets',
  method: 'GET',
  path: '/projects/{projectId}/dashboard-widgets',
  access: 'any',
  role: 'VIEWER',
  summary: 'List widgets, last changed first',
  input: paged,
  output: z.object({ data: z.array(dashboardWidget), totalCount: z.number().int() }),
});

export const getDashboardWidget = operation({
  id: 'getDashboardWidget',
  method: 'GET',
  path: '/projects/{projectId}/dashboard-widgets/{widgetId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a widget',
  input: z.object({ projectId, widgetId }),
  output: dashboardWidget,
});

export const createDashboardWidget = operation({
  id: 'createDashboardWidget',
  method: 'POST',
  path: '/projects/{projectId}/dashboard-widgets',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create a widget that dashboards can show',
  input: createWidgetInput.extend({ projectId }),
  output: dashboardWidget,
});

export const updateDashboardWidget = operation({
  id: 'updateDashboardWidget',
  method: 'PATCH',
  path: '/projects/{projectId}/dashboard-widgets/{widgetId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Change a widget on all dashboards that show it',
  input: z.intersection(z.object({ projectId, widgetId }), updateWidgetInput),
  output: dashboardWidget,
});

export const deleteDashboardWidget = operation({
  id: 'deleteDashboardWidget',
  method: 'DELETE',
  path: '/projects/{projectId}/dashboard-widgets/{widgetId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a widget that no dashboard shows',
  input: z.object({ projectId, widgetId }),
  output: done,
});
