import { and, asc, count, desc, eq, inArray } from 'drizzle-orm';
import {
  type CreateDashboardInput,
  type CreatePlacementInput,
  DASHBOARD_PRESETS,
  type Dashboard,
  type Placement,
  type UpdateDashboardInput,
  type UpdatePlacementInput,
} from '../../../contract/dashboard.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { refuse } from '../../lib/refuse.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { checkDashboardFilters, invalid } from './check-chart.ts';
import { checkInGrid, place } from './place.ts';

const { dashboards, dashboardPlacements: placements, dashboardWidgets: widgets } = tables;

type Row = typeof dashboards.$inferSelect;
type PlacementRow = typeof placements.$inferSelect;
type Db = Pick<MetadataDb, 'select' | 'insert' | 'update' | 'delete'>;

/** How many tiles fit on a dashboard. */
const MOST_PLACEMENTS = 200;

/** Widgets on grids of 12 columns (contract §1.18). All throw AppError 404 for an unknown dashboard, placement or widget. */
export interface Dashboards {
  /** @throws AppError 400 for filters that no view has, tiles outside the grid, one id twice */
  create(projectId: string, input: CreateDashboardInput): Promise<Dashboard>;
  /** @throws AppError 400 like `create` */
  update(projectId: string, dashboardId: string, input: UpdateDashboardInput): Promise<Dashboard>;
  /** Last changed first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: Dashboard[]; totalItems: number }>;
  get(projectId: string, dashboardId: string): Promise<Dashboard>;
  /** Its widgets stay. */
  delete(projectId: string, dashboardId: string): Promise<void>;
  /** @throws AppError 400 outside the grid, 409 for an id that the dashboard has */
  addPlacement(projectId: string, dashboardId: string, input: CreatePlacementInput): Promise<Placement>;
  /** Moves and resizes. @throws AppError 400 outside the grid */
  updatePlacement(projectId: string, dashboardId: string, placementId: string, input: UpdatePlacementInput): Promise<Placement>;
  /** The widget stays. */
  deletePlacement(projectId: string, dashboardId: string, placementId: string): Promise<void>;
}

export function createDashboards({ db, clock }: { db: MetadataDb; clock: Clock }): Dashboards {
  const one = (projectId: string, id: string) => and(eq(dashboards.projectId, projectId), eq(dashboards.id, id));

  /** Changes a dashboard under its lock, which keeps its placements still as well. */
  async function change<T>(
    projectId: string,
    dashboardId: string,
    work: (tx: Db, row: Row, standing: Placement[]) => Promise<T>,
  ): Promise<T> {
    if (!isStorable(dashboardId)) throw missing();
    return db.transaction(async (tx) => {
      const [row] = await tx.select().from(dashboards).where(one(projectId, dashboardId)).for('update');
      if (!row) throw missing();
      return work(tx, row, (await placementsOf(tx, [row.id])).get(row.id) ?? []);
    });
  }

  const touch = (tx: Db, id: string) =>
    tx
      .update(dashboards)
      .set({ updatedAt: new Date(clock.now()) })
      .where(eq(dashboards.id, id));

  return {
    async create(projectId, { name, description, definition, filters }) {
      const standing = definition?.widgets ?? [];
      checkDashboardFilters(filters ?? []);
      checkPlacements(standing);
      const at = new Date(clock.now());
      return db.transaction(async (tx) => {
        const [row] = await tx
          .insert(dashboards)
          .values({
            id: newId(),
            projectId,
            name,
            description: description ?? '',
            filters: filters ?? [],
            createdAt: at,
            updatedAt: at,
          })
          .returning();
        await write(tx, projectId, row!.id, standing);
        return shown(row!, standing);
      });
    },

    update: (projectId, dashboardId, { name, description, definition, filters }) =>
      change(projectId, dashboardId, async (tx, before, standing) => {
        if (filters) checkDashboardFilters(filters);
        if (definition) {
          checkPlacements(definition.widgets);
          await tx.delete(placements).where(eq(placements.dashboardId, before.id));
          await write(tx, projectId, before.id, definition.widgets);
        }
        const [row] = await tx
          .update(dashboards)
          .set({
            name: name ?? before.name,
            description: description ?? before.description,
            filters: filters ?? before.filters,
            updatedAt: new Date(clock.now()),
          })
          .where(eq(dashboards.id, before.id))
          .returning();
        return shown(row!, definition?.widgets ?? standing);
      }),

    async list(projectId, page, limit) {
      const ofProject = eq(dashboards.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(dashboards).where(ofProject);
      const rows = await db
        .select()
        .from(dashboards)
        .where(ofProject)
        .orderBy(desc(dashboards.updatedAt), desc(dashboards.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      const standing = await placementsOf(
        db,
        rows.map(({ id }) => id),
      );
      return { data: rows.map((row) => shown(row, standing.get(row.id) ?? [])), totalItems: total!.count };
    },

    async get(projectId, dashboardId) {
      const [row] = isStorable(dashboardId) ? await db.select().from(dashboards).where(one(projectId, dashboardId)) : [];
      if (!row) throw missing();
      return shown(row, (await placementsOf(db, [row.id])).get(row.id) ?? []);
    },

    async delete(projectId, dashboardId) {
      const gone = isStorable(dashboardId)
        ? await db.delete(dashboards).where(one(projectId, dashboardId)).returning({ id: dashboards.id })
        : [];
      if (gone.length === 0) throw missing();
    },

    addPlacement: (projectId, dashboardId, input) =>
      change(projectId, dashboardId, async (tx, { id }, standing) => {
        const added = place(input, standing);
        checkInGrid(added);
        if (standing.some((tile) => tile.id === added.id)) {
          const message = `The dashboard has a placement with the id ${added.id} already.`;
          throw refuse(message, { reason: 'conflict', field: 'id', value: added.id });
        }
        if (standing.length >= MOST_PLACEMENTS) throw invalid(`A dashboard has room for ${MOST_PLACEMENTS} tiles.`, 'id');
        await write(tx, projectId, id, [added]);
        await touch(tx, id);
        return added;
      }),

    updatePlacement: (projectId, dashboardId, placementId, { x, y, width, height }) =>
      change(projectId, dashboardId, async (tx, { id }, standing) => {
        const before = standing.find((tile) => tile.id === placementId);
        if (!before) throw missingPlacement();
        const tile = {
          x: x ?? before.x,
          y: y ?? before.y,
          width: width ?? before.width,
          height: height ?? before.height,
        };
        checkInGrid(tile);
        await tx
          .update(placements)
          .set(tile)
          .where(and(eq(placements.dashboardId, id), eq(placements.id, before.id)));
        await touch(tx, id);
        return { ...before, ...tile };
      }),

    deletePlacement: (projectId, dashboardId, placementId) =>
      change(projectId, dashboardId, async (tx, { id }, standing) => {
        const before = standing.find((tile) => tile.id === placementId);
        if (!before) throw missingPlacement();
        await tx.delete(placements).where(and(eq(placements.dashboardId, id), eq(placements.id, before.id)));
        await touch(tx, id);
      }),
  };
}

/** Placements of dashboards, in the order in which they were added. */
async function placementsOf(db: Db, dashboardIds: readonly string[]): Promise<Map<string, Placement[]>> {
  if (dashboardIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(placements)
    .where(inArray(placements.dashboardId, [...dashboardIds]))
    .orderBy(asc(placements.sequence));
  return new Map([...Map.groupBy(rows, ({ dashboardId }) => dashboardId)].map(([id, all]) => [id, all.map(shownTile)]));
}

const PRESETS: ReadonlySet<string> = new Set(DASHBOARD_PRESETS);

/** @throws AppError 404 for a widget that the project does not have, and a preset that the app does not have */
async function write(tx: Db, projectId: string, dashboardId: string, tiles: readonly Placement[]): Promise<void> {
  if (tiles.length === 0) return;
  const foreign = tiles.find((tile) => tile.type === 'preset' && !PRESETS.has(tile.presetId));
  if (foreign?.type === 'preset') {
    throw refuse(`Preset not found: ${foreign.presetId}. There are ${DASHBOARD_PRESETS.join(', ')}.`, {
      reason: 'resource_not_found',
      field: 'presetId',
      value: foreign.presetId,
    });
  }
  const wanted = [...new Set(tiles.flatMap((tile) => (tile.type === 'widget' ? [tile.widgetId] : [])))];
  // The lock keeps them from being deleted at the same moment.
  const found = await tx
    .select({ id: widgets.id })
    .from(widgets)
    .where(and(eq(widgets.projectId, projectId), inArray(widgets.id, wanted)))
    .for('share');
  const known = new Set(found.map(({ id }) => id));
  const unknown = wanted.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw refuse(`Dashboard widget not found: ${unknown}`, {
      reason: 'resource_not_found',
      field: 'widgetId',
      value: unknown,
    });
  }
  await tx.insert(placements).values(
    tiles.map(({ id, x, y, width, height, ...what }) => ({
      dashboardId,
      id,
      x,
      y,
      width,
      height,
      widgetId: what.type === 'widget' ? what.widgetId : null,
      presetId: what.type === 'preset' ? what.presetId : null,
    })),
  );
}

/** @throws AppError 400 for tiles outside the grid and an id that is there twice */
function checkPlacements(tiles: readonly Placement[]): void {
  const seen = new Set<string>();
  for (const [index, tile] of tiles.entries()) {
    checkInGrid(tile, `definition.widgets[${index}].`);
    if (seen.has(tile.id)) throw invalid(`Another placement has the id ${tile.id}.`, `definition.widgets[${index}].id`);
    seen.add(tile.id);
  }
}

const missing = () => refuse('Dashboard not found', { reason: 'resource_not_found' });
const missingPlacement = () => refuse('Placement not found', { reason: 'resource_not_found' });

function shownTile({ id, widgetId, presetId, x, y, width, height }: PlacementRow): Placement {
  const tile = { id, x, y, width, height };
  return widgetId === null ? { type: 'preset', presetId: presetId!, ...tile } : { type: 'widget', widgetId, ...tile };
}

const shown = (row: Row, tiles: readonly Placement[]): Dashboard => ({
  id: row.id,
  name: row.name,
  description: row.description,
  definition: { widgets: [...tiles] },
  filters: row.filters as FilterCondition[],
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
