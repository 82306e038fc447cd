import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { hasChildren, type StepTree } from '../../contract/trace/step-tree.ts';
import { cn } from '../ui/cn.ts';
import { moveInTree, rowOf } from './visible-steps.ts';

/** The row of the trace itself, above all steps. */
export const TRACE_ROW = -1;

const ROW_HEIGHT = 30;
/** Height of a header above the rows; the rows themselves keep a margin. */
const HEADER_HEIGHT = 24;
const MARGIN = 4;
const INDENT = 14;
/** Deeper steps are not moved further to the right, so that their names stay in sight. */
const DEEPEST_INDENT = 10;

export interface StepRowsProps {
  tree: StepTree;
  /** Visible positions, top to bottom. */
  rows: Int32Array;
  folded: ReadonlySet<number>;
  selected: number;
  label: string;
  onSelect(position: number): void;
  onFold(position: number, fold: boolean): void;
  /** Enter on a step without steps below it. */
  onEnter?(): void;
  /** Name part of the row, beside the chevron. `TRACE_ROW` is the trace. */
  name(position: number): ReactNode;
  /** Right part of the row; its width is up to the caller. */
  side(position: number): ReactNode;
  /** Class of the name part. */
  nameClass?: string;
  /** Stands above the rows and does not scroll away. */
  header?: ReactNode;
  /** Marks a row as less important. */
  dimmed?(position: number): boolean;
  className?: string;
}

/** The steps of a trace as an ARIA tree of which only the rows in sight are in the document. The tree itself has the focus. */
export function StepRows(props: StepRowsProps) {
  const { tree, rows, folded, selected, label, onSelect, onFold, onEnter, name, side, nameClass, header, dimmed, className } =
    props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const scrolled = useRef(false);
  const virtualizer = useVirtualizer({
    count: rows.length + 1,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: header ? HEADER_HEIGHT + MARGIN : MARGIN,
    scrollPaddingStart: header ? HEADER_HEIGHT + MARGIN : MARGIN,
    scrollPaddingEnd: 8,
  });
  const selectedRow = selected === TRACE_ROW ? 0 : rowOf(rows, selected) + 1;

  // Follows the selection wherever it was made (keyboard, graph, next error, URL), but not while the reader scrolls.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection scrolls
  useEffect(() => {
    if (selected === TRACE_ROW || selectedRow > 0)
      virtualizer.scrollToIndex(selectedRow, { align: scrolled.current ? 'auto' : 'center' });
    scrolled.current = true;
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (event.key === ' ' && selected >= 0 && hasChildren(tree, selected)) onFold(selected, !folded.has(selected));
      else onEnter?.();
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / ROW_HEIGHT) - 1);
    const move = moveInTree(tree, rows, folded, selected, event.key, page);
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    if ('select' in move) onSelect(move.select);
    else if ('fold' in move) onFold(move.fold, true);
    else onFold(move.unfold, false);
  };

  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={`${id}-${selected}`}
      onKeyDown={onKeyDown}
      className={cn(
        'group/tree relative min-h-0 flex-1 overflow-y-auto overflow-x-hidden focus-visible:outline-none [scrollbar-gutter:stable]',
        className,
      )}
    >
      {header}
      <div role="none" className="relative my-1" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const position = item.index === 0 ? TRACE_ROW : rows[item.index - 1]!;
          const depth = position === TRACE_ROW ? 0 : tree.depth[position]! + 1;
          const parent = position >= 0 && hasChildren(tree, position);
          const open = parent && !folded.has(position);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys for all its rows
            // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names the active row
            <div
              key={position}
              id={`${id}-${position}`}
              role="treeitem"
              aria-level={depth + 1}
              aria-selected={position === selected}
              aria-expanded={position === TRACE_ROW ? true : parent ? open : undefined}
              onClick={() => onSelect(position)}
              className={cn(
                'absolute inset-x-1 flex cursor-default items-center rounded-md',
                position === selected
                  ? 'bg-active group-focus-visible/tree:outline-2 group-focus-visible/tree:outline-accent group-focus-visible/tree:-outline-offset-2'
                  : 'hover:bg-hover',
                dimmed?.(position) && 'opacity-70',
              )}
              style={{ height: ROW_HEIGHT, transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
            >
              <div className={cn('flex h-full items-center', nameClass ?? 'min-w-0 flex-1')}>
                <Guides depth={depth} />
                {position === TRACE_ROW ? (
                  <span className="w-1.5 shrink-0" />
                ) : parent ? (
                  <button
                    type="button"
                    tabIndex={-1}
                    aria-label={open ? 'Fold' : 'Unfold'}
                    className="flex h-full w-5 shrink-0 items-center justify-center text-faint hover:text-fg"
                    onClick={(event) => {
                      event.stopPropagation();
                      onFold(position, open);
                    }}
                  >
                    <ChevronRight aria-hidden className={cn('size-3.5 transition-transform duration-100', open && 'rotate-90')} />
                  </button>
                ) : (
                  <span className="w-5 shrink-0" />
                )}
                {name(position)}
              </div>
              {side(position)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Vertical lines that lead from a parent to its steps; beyond the deepest indent the level is written instead. */
function Guides({ depth }: { depth: number }) {
  const levels = Math.min(depth - 1, DEEPEST_INDENT);
  if (levels <= 0) return null;
  return (
    <span
      aria-hidden
      className="flex h-full shrink-0 items-center justify-end bg-[repeating-linear-gradient(to_right,transparent_0_9px,var(--line)_9px_10px,transparent_10px_14px)] text-2xs text-faint"
      style={{ width: levels * INDENT }}
    >
      {depth - 1 > DEEPEST_INDENT && <span className="rounded-xs bg-canvas px-0.5">{depth - 1}</span>}
    </span>
  );
}
