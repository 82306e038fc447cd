import { z } from 'zod';
import {
  createDashboardInput,
  createPlacementInput,
  updateDashboardInput,
  updatePlacementInput,
} from '../../../../contract/dashboard.ts';
import type { Dashboards } from '../../../domains/dashboards/index.ts';
import { id, paged, pageFields } from '../fields.ts';
import { filterInput, readLooseFilter } from '../filter-input.ts';
import { type Tool, tool } from '../tool.ts';

const dashboardId = id('dashboard');
const placementId = id('placement on the dashboard');
const { name, description, definition } = createDashboardInput.shape;
const about = {
  description,
  filters: filterInput.optional().describe('Conditions for all widgets of the dashboard.'),
  definition: definition.describe(
    'Placements: {widgets: [{type, id, widgetId or presetId, x, y, width, height}]} on 12 columns.',
  ),
};
const place = {
  x: z.number().int().min(0).max(11).optional().describe('Leftmost of 12 columns, from 0.'),
  y: z.number().int().min(0).optional().describe('Topmost row, from 0.'),
  width: z.number().int().min(1).max(12).optional().describe('Columns; 6 unless told.'),
  height: z.number().int().min(1).optional().describe('Rows; 6 unless told.'),
};

/** Filters with their types, where they were given. */
const withFilters = <T extends { filters?: z.output<typeof filterInput> | undefined }>({ filters, ...rest }: T) => ({
  ...rest,
  ...(filters && { filters: readLooseFilter('filters', 'observations', filters) }),
});

/** Dashboards with their placements (contract §1.18, §6). */
export function dashboardTools(dashboards: Dashboards): Tool[] {
  return [
    tool({
      name: 'listDashboards',
      description: 'List dashboards, last changed first.',
      effect: 'reads',
      input: z.object(pageFields),
      async run(page, { projectId }) {
        const { data, totalItems } = await dashboards.list(projectId, page.page, page.limit);
        return paged(data, page, totalItems);
      },
    }),
    tool({
      name: 'getDashboard',
      description: 'Get one dashboard with its placements. What the widgets show: getDashboardWidget.',
      effect: 'reads',
      input: z.object({ dashboardId }),
      run: (input, { projectId }) => dashboards.get(projectId, input.dashboardId),
    }),
    tool({
      name: 'createDashboard',
      description: 'Make a dashboard. Put widgets on it with addDashboardPlacement.',
      effect: 'changes',
      input: z.object({ name, ...about }),
      run: (input, { projectId }) => dashboards.create(projectId, createDashboardInput.parse(withFilters(input))),
    }),
    tool({
      name: 'updateDashboard',
      description: 'Change fields of a dashboard; absent ones stay. A definition replaces all placements.',
      effect: 'changes',
      input: z.object({ dashboardId, name: name.optional(), ...about }),
      run: ({ dashboardId: which, ...input }, { projectId }) =>
        dashboards.update(projectId, which, updateDashboardInput.parse(withFilters(input))),
    }),
    tool({
      name: 'deleteDashboard',
      description: 'Delete a dashboard. Its widgets stay.',
      effect: 'changes',
      input: z.object({ dashboardId }),
      async run(input, { projectId }) {
        await dashboards.delete(projectId, input.dashboardId);
        return { message: 'Dashboard successfully deleted' };
      },
    }),
    tool({
      name: 'addDashboardPlacement',
      description:
        'Put a widget, or one of the charts that the app draws itself (a preset), on a dashboard. Without a place: below everything.',
      effect: 'changes',
      input: z.object({
        dashboardId,
        type: z.enum(['widget', 'preset']),
        widgetId: z.string().optional().describe('For type widget.'),
        presetId: z.string().optional().describe('For type preset.'),
        id: z.string().optional().describe('Of the placement; made when absent.'),
        ...place,
      }),
      run: ({ dashboardId: which, ...input }, { projectId }) =>
        dashboards.addPlacement(projectId, which, createPlacementInput.parse(input)),
    }),
    tool({
      name: 'updateDashboardPlacement',
      description: 'Move or resize a placement.',
      effect: 'changes',
      input: z.object({ dashboardId, placementId, ...place }),
      run: ({ dashboardId: which, placementId: placed, ...input }, { projectId }) =>
        dashboards.updatePlacement(projectId, which, placed, updatePlacementInput.parse(input)),
    }),
    tool({
      name: 'deleteDashboardPlacement',
      description: 'Take a placement off a dashboard. Its widget stays.',
      effect: 'changes',
      input: z.object({ dashboardId, placementId }),
      async run(input, { projectId }) {
        await dashboards.deletePlacement(projectId, input.dashboardId, input.placementId);
        return { message: 'Placement successfully deleted' };
      },
    }),
  ];
}
