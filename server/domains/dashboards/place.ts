import { type CreatePlacementInput, DEFAULT_TILE, GRID_COLUMNS, type Placement } from '../../../contract/dashboard.ts';
import { newId } from '../../lib/ids.ts';
import { invalid } from './check-chart.ts';

/** A new placement with everything said: without a place half the width of the grid, below all that stands there. */
export function place(input: CreatePlacementInput, standing: readonly Pick<Placement, 'y' | 'height'>[]): Placement {
  const { id, x, y, width, height, ...what } = input;
  const bottom = Math.max(0, ...standing.map((tile) => tile.y + tile.height));
  const tile = { x: x ?? 0, y: y ?? bottom, width: width ?? DEFAULT_TILE, height: height ?? DEFAULT_TILE };
  return { ...what, id: id ?? newId(), ...tile };
}

/** Tiles may overlap, and not stick out of the grid. @throws AppError 400 */
export function checkInGrid({ x, width }: Pick<Placement, 'x' | 'width'>, path = ''): void {
  if (x + width > GRID_COLUMNS) {
    throw invalid(`A tile of width ${width} at column ${x} sticks out of the ${GRID_COLUMNS} columns.`, `${path}width`);
  }
}
