// biome-ignore-all lint/a11y/useSemanticElements: rows that are placed by a virtualiser cannot be those of a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
import {
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  metaHelper,
  type OnChangeFn,
  type RowSelectionState,
  rowSelectionFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useImperativeHandle, useRef } from 'react';
import { Checkbox } from './checkbox.tsx';
import { cn } from './cn.ts';
import { Skeleton } from './skeleton.tsx';

export interface DataColumnMeta {
  /** Shown in the header and the column picker. */
  label: string;
  /** What the header says on hover. */
  hint?: string;
  align?: 'end';
  /** Name of the column to sort by on the server; absent: cannot be sorted. */
  sort?: string;
  /** Takes the width that is left over. */
  grow?: boolean;
}

const features = tableFeatures({
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
  rowSelectionFeature,
  columnMeta: metaHelper<DataColumnMeta>(),
});
export type DataTableFeatures = typeof features;

/** Column definitions of a `DataTable`: `dataColumns<Row>()([helper => helper.display({...})])`. */
export const dataColumnHelper = <T extends { id: string }>() => createColumnHelper<DataTableFeatures, T>();
export type DataColumns<T extends { id: string }> = ReturnType<ReturnType<typeof dataColumnHelper<T>>['columns']>;

export type { RowSelectionState, SortingState };

export interface DataTableHandle {
  focus(): void;
  scrollToTop(): void;
}

export interface DataTableProps<T extends { id: string }> {
  ref?: RefObject<DataTableHandle | null>;
  /** Spoken name. */
  label: string;
  columns: DataColumns<T>;
  rows: readonly T[];
  /** Number of all rows where it is known; -1 otherwise. */
  total: number;
  visibility: Readonly<Record<string, boolean>>;
  sizes: Readonly<Record<string, number>>;
  onSizes(sizes: Record<string, number>): void;
  selection: RowSelectionState;
  onSelection: OnChangeFn<RowSelectionState>;
  sorted: { column: string; direction: 'asc' | 'desc' } | null;
  onSort(column: string): void;
  /** The row that is looked at: moved by keys, marked. */
  activeId: string | undefined;
  onActive(id: string): void;
  /** Enter or a click. */
  onOpen(id: string): void;
  /** Asked for when the end comes near. */
  onEndNear?(): void;
  /** Rows are on their way: after the last row, or instead of all. */
  loading: 'first' | 'more' | false;
  /** Told whether the first row is in sight. */
  onTop?(atTop: boolean): void;
  /** Rows to mark for a moment, because they just came in. */
  fresh?: ReadonlySet<string>;
  /** Instead of rows, when there are none. */
  empty?: ReactNode;
}

const ROW = 34;
const HEADER = 32;
const PICK = 36;
const NO_ROWS: never[] = [];

/** A table of any length: rows are drawn as they come into sight, columns can be resized, rows picked (with Shift: a range). */
export function DataTable<T extends { id: string }>(props: DataTableProps<T>) {
  const {
    ref,
    label,
    columns,
    rows,
    total,
    activeId,
    onActive,
    onOpen,
    onEndNear,
    loading,
    onTop,
    fresh,
    empty,
    sorted,
    onSort,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const table = useTable({
    features,
    columns,
    data: rows.length > 0 ? (rows as T[]) : NO_ROWS,
    getRowId: (row) => row.id,
    state: { columnVisibility: props.visibility, columnSizing: props.sizes, rowSelection: props.selection },
    onColumnSizingChange: (change) => props.onSizes(typeof change === 'function' ? change({ ...props.sizes }) : change),
    onRowSelectionChange: props.onSelection,
    columnResizeMode: 'onChange',
    defaultColumn: { minSize: 48, size: 120, maxSize: 900 },
  });
  const body = table.getRowModel().rows;
  const virtualizer = useVirtualizer({
    count: body.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    // The rows begin below the header, which stays in sight.
    scrollMargin: HEADER,
    scrollPaddingStart: HEADER,
    scrollPaddingEnd: 12,
    getItemKey: (index) => body[index]!.id,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (loading === false && last >= body.length - 15) onEndNear?.();
  }, [last, body.length, loading, onEndNear]);
  useImperativeHandle(ref, () => ({
    focus: () => scroller.current?.focus({ preventScroll: true }),
    scrollToTop: () => scroller.current?.scrollTo({ top: 0 }),
  }));

  const activeIndex = activeId === undefined ? -1 : body.findIndex((row) => row.id === activeId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another active row scrolls, not rows that come in above it
  useEffect(() => {
    if (activeIndex >= 0) virtualizer.scrollToIndex(activeIndex, { align: 'auto' });
  }, [activeId]);

  const visible = table.getVisibleLeafColumns();
  const template = [
    `${PICK}px`,
    ...visible.map((column) => (column.columnDef.meta?.grow ? `minmax(${column.getSize()}px, 1fr)` : `${column.getSize()}px`)),
  ].join(' ');
  const width = PICK + visible.reduce((sum, column) => sum + column.getSize(), 0);
  const grid = { gridTemplateColumns: template, minWidth: width };
  const all = table.getIsAllRowsSelected();

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / ROW) - 2);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -body.length,
      End: body.length,
    };
    const step = steps[event.key];
    if (step !== undefined && body.length > 0) {
      event.preventDefault();
      onActive(body[Math.max(0, Math.min(body.length - 1, (activeIndex < 0 ? (step > 0 ? -1 : 0) : activeIndex) + step))]!.id);
    } else if (event.key === 'Enter' && activeIndex >= 0) {
      event.preventDefault();
      onOpen(body[activeIndex]!.id);
    } else if (event.key === ' ' && activeIndex >= 0) {
      event.preventDefault();
      body[activeIndex]!.toggleSelected();
    }
  };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={total < 0 ? -1 : total + 1}
      aria-multiselectable="true"
      aria-busy={loading !== false || undefined}
      aria-activedescendant={activeIndex >= 0 ? `${id}-${activeId}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => onTop?.(event.currentTarget.scrollTop < ROW)}
      className="group/grid relative h-full min-h-0 overflow-auto focus-visible:outline-none [overflow-anchor:none]"
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-line border-b bg-sunken" style={{ minWidth: width }}>
        <div role="row" aria-rowindex={1} className="grid text-muted text-xs" style={{ ...grid, height: HEADER }}>
          <span role="columnheader" className="flex items-center justify-center">
            <Checkbox
              aria-label="Pick all rows that are loaded"
              disabled={body.length === 0}
              checked={all && body.length > 0 ? true : table.getIsSomeRowsSelected() ? 'indeterminate' : false}
              onCheckedChange={() => table.toggleAllRowsSelected(!all)}
            />
          </span>
          {table.getHeaderGroups()[0]?.headers.map((header) => {
            const meta = header.column.columnDef.meta;
            const order = meta?.sort !== undefined && sorted?.column === meta.sort ? sorted.direction : undefined;
            return (
              <span
                key={header.id}
                role="columnheader"
                aria-sort={order === 'asc' ? 'ascending' : order === 'desc' ? 'descending' : undefined}
                className={cn('group/head relative flex min-w-0 items-center', meta?.align === 'end' && 'justify-end')}
              >
                {meta?.sort === undefined ? (
                  <span className="truncate px-2 font-medium" title={meta?.hint}>
                    {meta?.label}
                  </span>
                ) : (
                  <button
                    type="button"
                    title={meta.hint}
                    className={cn(
                      'flex min-w-0 items-center gap-1 rounded-sm px-2 py-1 font-medium hover:text-fg',
                      order && 'text-fg',
                      meta.align === 'end' && 'flex-row-reverse',
                    )}
                    onClick={() => onSort(meta.sort!)}
                  >
                    <span className="truncate">{meta.label}</span>
                    {order === 'asc' ? (
                      <ArrowUp aria-hidden className="size-3 shrink-0" />
                    ) : (
                      <ArrowDown
                        aria-hidden
                        className={cn('size-3 shrink-0', !order && 'opacity-0 group-hover/head:opacity-40')}
                      />
                    )}
                  </button>
                )}
                <span
                  aria-hidden
                  onMouseDown={header.getResizeHandler()}
                  onTouchStart={header.getResizeHandler()}
                  onDoubleClick={() => header.column.resetSize()}
                  className={cn(
                    'absolute inset-y-1.5 right-0 w-1.5 cursor-col-resize touch-none border-line border-r hover:border-accent hover:border-r-2',
                    header.column.getIsResizing() && 'border-accent border-r-2',
                  )}
                />
              </span>
            );
          })}
        </div>
      </div>
      {loading === 'first' ? (
        <SkeletonRows grid={grid} columns={visible.length} count={14} />
      ) : body.length === 0 ? (
        <div role="rowgroup">
          <div role="row">
            <div role="gridcell">{empty}</div>
          </div>
        </div>
      ) : (
        <div
          role="rowgroup"
          className="relative"
          style={{ height: virtualizer.getTotalSize() + (loading === 'more' ? ROW * 3 : 0), minWidth: width }}
        >
          {items.map((item) => {
            const row = body[item.index]!;
            const picked = row.getIsSelected();
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for all its rows
              <div
                key={row.id}
                id={`${id}-${row.id}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={picked}
                data-active={row.id === activeId || undefined}
                onClick={() => onOpen(row.id)}
                className={cn(
                  'absolute inset-x-0 grid cursor-pointer border-line border-b',
                  row.id === activeId
                    ? 'bg-active group-focus-visible/grid:outline-2 group-focus-visible/grid:outline-accent group-focus-visible/grid:-outline-offset-2'
                    : picked
                      ? 'bg-accent-soft'
                      : 'hover:bg-hover',
                  fresh?.has(row.id) && 'animate-arrive',
                )}
                style={{ ...grid, height: ROW, transform: `translateY(${item.start - HEADER}px)` }}
              >
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: only keeps a near miss of the box from opening the row */}
                <span
                  role="gridcell"
                  tabIndex={-1}
                  className="flex cursor-default items-center justify-center"
                  onClick={(event) => event.stopPropagation()}
                >
                  <Checkbox
                    tabIndex={-1}
                    aria-label="Pick the row"
                    checked={picked}
                    onClick={(event) => row.getToggleSelectedHandler()(toggled(event, !picked))}
                  />
                </span>
                {row.getVisibleCells().map((cell) => (
                  <span
                    key={cell.id}
                    role="gridcell"
                    className={cn('flex min-w-0 items-center px-2', cell.column.columnDef.meta?.align === 'end' && 'justify-end')}
                  >
                    <table.FlexRender cell={cell} />
                  </span>
                ))}
              </div>
            );
          })}
          {loading === 'more' && (
            <div className="absolute inset-x-0 bottom-0">
              <SkeletonRows grid={grid} columns={visible.length} count={3} />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** The table asks for an event whose target says whether the box is ticked now; a click on our box carries Shift but no such target. */
function toggled(event: React.MouseEvent, checked: boolean) {
  return { target: { checked }, shiftKey: event.shiftKey, nativeEvent: event.nativeEvent };
}

function SkeletonRows({ grid, columns, count }: { grid: React.CSSProperties; columns: number; count: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="grid border-line border-b" style={{ ...grid, height: ROW }}>
          <span />
          {Array.from({ length: columns }, (_, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cells are all alike
            <span key={column} className="flex items-center px-2">
              <Skeleton className={cn('h-3', ['w-3/4', 'w-1/2', 'w-5/6', 'w-2/3'][(row + column) % 4])} />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
