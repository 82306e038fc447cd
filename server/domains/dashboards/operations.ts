import * as declared from '../../../contract/api/dashboards.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Dashboards } from './dashboards.ts';
import type { DashboardWidgets } from './widgets.ts';

const counted = <T>({ data, totalItems }: { data: T[]; totalItems: number }) => ({ data, totalCount: totalItems });
const done = { ok: true as const };

/** What our own API can do with dashboards and their widgets. */
export function dashboardOperations(deps: { dashboards: Dashboards; dashboardWidgets: DashboardWidgets }): Implemented[] {
  const { dashboards, dashboardWidgets: widgets } = deps;
  return [
    implement(declared.listDashboards, async ({ projectId, page, limit }) =>
      counted(await dashboards.list(projectId, page, limit)),
    ),
    implement(declared.getDashboard, ({ projectId, dashboardId }) => dashboards.get(projectId, dashboardId)),
    implement(declared.createDashboard, ({ projectId, ...given }) => dashboards.create(projectId, given)),
    implement(declared.updateDashboard, ({ projectId, dashboardId, ...given }) =>
      dashboards.update(projectId, dashboardId, given),
    ),
    implement(declared.deleteDashboard, async ({ projectId, dashboardId }) => {
      await dashboards.delete(projectId, dashboardId);
      return done;
    }),
    implement(declared.addDashboardPlacement, ({ projectId, dashboardId, ...given }) =>
      dashboards.addPlacement(projectId, dashboardId, given),
    ),
    implement(declared.updateDashboardPlacement, ({ projectId, dashboardId, placementId, ...given }) =>
      dashboards.updatePlacement(projectId, dashboardId, placementId, given),
    ),
    implement(declared.deleteDashboardPlacement, async ({ projectId, dashboardId, placementId }) => {
      await dashboards.deletePlacement(projectId, dashboardId, placementId);
      return done;
    }),
    implement(declared.listDashboardWidgets, async ({ projectId, page, limit }) =>
      counted(await widgets.list(projectId, page, limit)),
    ),
    implement(declared.getDashboardWidget, ({ projectId, widgetId }) => widgets.get(projectId, widgetId)),
    implement(declared.createDashboardWidget, ({ projectId, ...given }) => widgets.create(projectId, given)),
    implement(declared.updateDashboardWidget, ({ projectId, widgetId, ...given }) => widgets.update(projectId, widgetId, given)),
    implement(declared.deleteDashboardWidget, async ({ projectId, widgetId }) => {
      await widgets.delete(projectId, widgetId);
      return done;
    }),
  ];
}
