import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { createWidgetInput, updateWidgetInput } from '../../../contract/dashboard.ts';
import type { DashboardWidgets } from '../../domains/dashboards/index.ts';
import { pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { bodyOf, queryOf } from './unstable-errors.ts';

const listParams = z.object(pageParams);
const oneParams = z.object({ widgetId: z.string() });

/** Widgets of the Langfuse API (contract §1.18); their bodies are ours. */
export function unstableDashboardWidgetRoutes(deps: {
  access: ReadDeps['access'];
  dashboardWidgets: DashboardWidgets;
}): FastifyPluginAsync {
  const { access, dashboardWidgets: widgets } = deps;
  return async (fastify) => {
    fastify.get('/dashboard-widgets', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = queryOf(listParams, request);
      const { data, totalItems } = await widgets.list(projectId, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.post('/dashboard-widgets', async (request) => {
      const projectId = await projectOf(access, request);
      return widgets.create(projectId, bodyOf(createWidgetInput, request));
    });

    fastify.get('/dashboard-widgets/:widgetId', async (request) => {
      const projectId = await projectOf(access, request);
      return widgets.get(projectId, oneParams.parse(request.params).widgetId);
    });

    fastify.patch('/dashboard-widgets/:widgetId', async (request) => {
      const projectId = await projectOf(access, request);
      return widgets.update(projectId, oneParams.parse(request.params).widgetId, bodyOf(updateWidgetInput, request));
    });

    fastify.delete('/dashboard-widgets/:widgetId', async (request) => {
      const projectId = await projectOf(access, request);
      await widgets.delete(projectId, oneParams.parse(request.params).widgetId);
      return { message: 'Dashboard widget successfully deleted' };
    });
  };
}
