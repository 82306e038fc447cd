import type { Paint, Style } from './style.ts';
import { cut, oneLine, widthOf } from './text.ts';

export interface Column<T> {
  title: string;
  value(row: T): string;
  align?: 'left' | 'right';
  paint?(row: T): Paint | undefined;
  /** Takes its share of what the terminal is too narrow for, down to this width. Others are never cut. */
  shrinkTo?: number;
  /** Others are left out (`droppable`) before this one gets narrower than so; default `shrinkTo`. */
  keep?: number;
  /** Left out when no row says anything here. */
  optional?: boolean;
  /** Left out where the terminal is too narrow for all; the highest number first. */
  droppable?: number;
}

const GAP = '  ';

/** Rows under their titles. `width` is that of the terminal, or Infinity where nothing is to be cut. */
export function renderTable<T>(rows: readonly T[], columns: readonly Column<T>[], style: Style, width: number): string[] {
  let shown = columns
    .map((column) => ({ column, cells: rows.map((row) => oneLine(column.value(row))) }))
    .filter(({ column, cells }) => !column.optional || cells.some((cell) => cell !== '' && cell !== '–'));
  const fullWidth = ({ column, cells }: (typeof shown)[number]) =>
    cells.reduce((most, cell) => Math.max(most, widthOf(cell)), widthOf(column.title));
  const together = (each: readonly number[]) => each.reduce((sum, one) => sum + one, 0) + GAP.length * (each.length - 1);
  for (;;) {
    const least = shown.map((each) =>
      Math.min(fullWidth(each), each.column.keep ?? each.column.shrinkTo ?? Number.POSITIVE_INFINITY),
    );
    const drop = Math.max(...shown.map(({ column }) => column.droppable ?? 0));
    if (together(least) <= width || drop === 0) break;
    shown = shown.filter(({ column }) => column.droppable !== drop);
  }
  const widths = shown.map(fullWidth);
  let excess = together(widths) - width;
  while (excess > 0) {
    // The widest of those that may shrink gives way first, so that no column pays for all.
    const candidates = shown.map(({ column }, i) => ({
      i,
      spare: column.shrinkTo === undefined ? 0 : widths[i]! - column.shrinkTo,
    }));
    const widest = candidates.filter(({ spare }) => spare > 0).sort((a, b) => widths[b.i]! - widths[a.i]!)[0];
    if (!widest) break;
    widths[widest.i] = widths[widest.i]! - 1;
    excess -= 1;
  }
  const line = (cells: readonly string[], paint: (i: number) => Paint | undefined) =>
    cells
      .map((cell, i) => {
        const text = cut(cell, widths[i]!);
        const padding = ' '.repeat(Math.max(0, widths[i]! - widthOf(text)));
        const painted = paint(i)?.(text) ?? text;
        return shown[i]!.column.align === 'right' ? padding + painted : painted + padding;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(
      shown.map(({ column }) => column.title),
      () => style.dim,
    ),
    ...rows.map((row, r) =>
      line(
        shown.map(({ cells }) => cells[r]!),
        (i) => shown[i]!.column.paint?.(row),
      ),
    ),
  ];
}
