export { createDashboards, type Dashboards } from './dashboards.ts';
export { openDashboards } from './open.ts';
export { dashboardOperations } from './operations.ts';
export { type Chart, widgetQuestion } from './widget-question.ts';
export { createDashboardWidgets, type DashboardWidgets } from './widgets.ts';
