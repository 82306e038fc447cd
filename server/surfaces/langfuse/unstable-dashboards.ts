import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import {
  createDashboardInput,
  createPlacementInput,
  updateDashboardInput,
  updatePlacementInput,
} from '../../../contract/dashboard.ts';
import type { Dashboards } from '../../domains/dashboards/index.ts';
import { pageMeta, pageParams } from './query-params.ts';
import { projectOf, type ReadDeps } from './read-routes.ts';
import { bodyOf, queryOf } from './unstable-errors.ts';

const listParams = z.object(pageParams);
const oneParams = z.object({ dashboardId: z.string() });
const placementParams = z.object({ dashboardId: z.string(), placementId: z.string() });

/** Dashboards of the Langfuse API with their placements (contract §1.18); their bodies are ours. */
export function unstableDashboardRoutes(deps: { access: ReadDeps['access']; dashboards: Dashboards }): FastifyPluginAsync {
  const { access, dashboards } = deps;
  return async (fastify) => {
    fastify.get('/dashboards', async (request) => {
      const projectId = await projectOf(access, request);
      const { page, limit } = queryOf(listParams, request);
      const { data, totalItems } = await dashboards.list(projectId, page, limit);
      return { data, meta: pageMeta(page, limit, totalItems) };
    });

    fastify.post('/dashboards', async (request) => {
      const projectId = await projectOf(access, request);
      return dashboards.create(projectId, bodyOf(createDashboardInput, request));
    });

    fastify.get('/dashboards/:dashboardId', async (request) => {
      const projectId = await projectOf(access, request);
      return dashboards.get(projectId, oneParams.parse(request.params).dashboardId);
    });

    fastify.patch('/dashboards/:dashboardId', async (request) => {
      const projectId = await projectOf(access, request);
      return dashboards.update(projectId, oneParams.parse(request.params).dashboardId, bodyOf(updateDashboardInput, request));
    });

    fastify.delete('/dashboards/:dashboardId', async (request) => {
      const projectId = await projectOf(access, request);
      await dashboards.delete(projectId, oneParams.parse(request.params).dashboardId);
      return { message: 'Dashboard successfully deleted' };
    });

    fastify.post('/dashboards/:dashboardId/placements', async (request) => {
      const projectId = await projectOf(access, request);
      const { dashboardId } = oneParams.parse(request.params);
      return dashboards.addPlacement(projectId, dashboardId, bodyOf(createPlacementInput, request));
    });

    fastify.patch('/dashboards/:dashboardId/placements/:placementId', async (request) => {
      const projectId = await projectOf(access, request);
      const { dashboardId, placementId } = placementParams.parse(request.params);
      return dashboards.updatePlacement(projectId, dashboardId, placementId, bodyOf(updatePlacementInput, request));
    });

    fastify.delete('/dashboards/:dashboardId/placements/:placementId', async (request) => {
      const projectId = await projectOf(access, request);
      const { dashboardId, placementId } = placementParams.parse(request.params);
      await dashboards.deletePlacement(projectId, dashboardId, placementId);
      return { message: 'Placement successfully deleted' };
    });
  };
}
