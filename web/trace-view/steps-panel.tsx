import { ChevronsDownUp, ChevronsUpDown, CircleX, GanttChart, ListFilter, ListTree, ScrollText, Waypoints } from 'lucide-react';
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { LEVELS, OBSERVATION_TYPES, type ObservationType } from '../../contract/observation.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import type { TraceDetail } from '../../contract/trace.ts';
import { ObservationTypeIcon, observationTypeName } from '../lib/observation-type.tsx';
import { useShortcuts } from '../lib/shortcuts.ts';
import { IconButton } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { SearchInput } from '../ui/input.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { LogView } from './log-view.tsx';
import { TRACE_ROW } from './step-rows.tsx';
import { extentOf } from './timeline.ts';
import { TimelineView } from './timeline-view.tsx';
import { LevelSign } from './tree-side.tsx';
import { TreeView } from './tree-view.tsx';
import { foldFrom, matchSteps, NO_FILTER, nextError, type StepFilter, unfoldTo, visibleSteps } from './visible-steps.ts';

const GraphView = lazy(() => import('./graph-view.tsx'));

export type StepsView = 'tree' | 'timeline' | 'log' | 'graph';

const VIEWS = [
  { value: 'tree', label: 'Tree', icon: <ListTree aria-hidden /> },
  { value: 'timeline', label: 'Timeline', icon: <GanttChart aria-hidden /> },
  { value: 'log', label: 'Log', icon: <ScrollText aria-hidden /> },
  { value: 'graph', label: 'Graph', icon: <Waypoints aria-hidden /> },
] as const;

export interface StepsPanelProps {
  projectId: string;
  trace: TraceDetail;
  tree: StepTree;
  selected: number;
  view: StepsView;
  onSelect(position: number): void;
  onView(view: StepsView): void;
  /** Enter on a step: the reader wants its detail. */
  onEnter(): void;
}

const NOTHING_FOLDED: ReadonlySet<number> = new Set();

/** The steps of a trace in one of four views, with search, filters and the way to the next error. */
export function StepsPanel({ projectId, trace, tree, selected, view, onSelect, onView, onEnter }: StepsPanelProps) {
  const [folded, setFolded] = useState(NOTHING_FOLDED);
  const [filter, setFilter] = useState<StepFilter>(NO_FILTER);
  const deferred = useDeferredValue(filter);
  const matches = useMemo(() => matchSteps(tree, deferred), [tree, deferred]);
  const rows = useMemo(() => visibleSteps(tree, folded, matches), [tree, folded, matches]);
  const searchBox = useRef<HTMLInputElement>(null);
  const extent = useMemo(() => extentOf(tree), [tree]);
  const total = extent.to - extent.from;
  const types = useMemo(() => OBSERVATION_TYPES.filter((type) => tree.steps.some((step) => step.type === type)), [tree]);
  const scores = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { observationId } of trace.scores)
      if (observationId) counts.set(observationId, (counts.get(observationId) ?? 0) + 1);
    return counts;
  }, [trace.scores]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: folds are positions, which mean something else in another tree
  useEffect(() => setFolded(NOTHING_FOLDED), [trace.id, tree.steps.length]);
  // A step that is chosen elsewhere (graph, error, address) comes into sight.
  useEffect(() => {
    if (selected >= 0) setFolded((now) => unfoldTo(tree, now, selected));
  }, [tree, selected]);

  const toError = (backwards: boolean) => {
    const next = nextError(tree, selected, backwards);
    if (next >= 0) onSelect(next);
  };
  const hasErrors = tree.steps.length > 0 && trace.errorCount > 0;
  useShortcuts([
    { keys: '/', label: 'Search in the steps', group: 'Trace', run: () => searchBox.current?.focus() },
    { keys: 'e', label: 'Next error', group: 'Trace', run: () => toError(false) },
    { keys: 'shift+e', label: 'Previous error', group: 'Trace', run: () => toError(true) },
    ...VIEWS.map(({ value, label }, index) => ({
      keys: String(index + 1),
      label: `${label} view`,
      group: 'Trace',
      run: () => onView(value),
    })),
  ]);

  const rowProps = {
    tree,
    rows,
    folded,
    selected,
    onSelect,
    onEnter,
    onFold: (position: number, fold: boolean) => {
      const next = new Set(folded);
      if (fold) next.add(position);
      else next.delete(position);
      setFolded(next);
    },
    name: (position: number) => (
      <StepName trace={trace} tree={tree} position={position} matched={!matches || matches.matching[position] === 1} />
    ),
  };
  const narrowed = filter.types.length > 0 || filter.minLevel !== 'DEBUG';
  const nothing = matches !== null && matches.count === 0;

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 items-center gap-1.5 border-line border-b px-2 py-1.5">
        <Segmented
          label="View of the steps"
          iconsOnly
          value={view}
          onValueChange={onView}
          options={VIEWS.map((option, index) => ({ ...option, shortcut: String(index + 1) }))}
        />
        {view !== 'graph' && (
          <SearchInput
            ref={searchBox}
            label="Search in the steps"
            placeholder="Search steps"
            className="h-7 min-w-0 flex-1 [&_input]:h-7"
            value={filter.text}
            onValueChange={(text) => setFilter({ ...filter, text })}
            onKeyDown={(event) => {
              if (event.key === 'Escape') {
                event.stopPropagation();
                if (filter.text) setFilter({ ...filter, text: '' });
                else event.currentTarget.blur();
              }
              if (event.key === 'Enter' || event.key === 'ArrowDown') {
                event.preventDefault();
                const first = matches ? rows.find((position) => matches.matching[position] === 1) : undefined;
                if (first !== undefined) onSelect(first);
                event.currentTarget.closest('[data-steps]')?.querySelector<HTMLElement>('[role=tree]')?.focus();
              }
            }}
          />
        )}
        <div className={cn('flex items-center', view === 'graph' && 'ml-auto')}>
          {matches && <span className="mr-1 whitespace-nowrap text-faint text-xs">{matches.count} found</span>}
          {view !== 'graph' && (
            <DropdownMenu>
              <DropdownMenuTrigger asChild>
                <IconButton label="Filter by type and level" className={cn(narrowed && 'bg-accent-soft text-accent')}>
                  <ListFilter aria-hidden />
                </IconButton>
              </DropdownMenuTrigger>
              <DropdownMenuContent align="end">
                <DropdownMenuLabel>Types</DropdownMenuLabel>
                {types.map((type) => (
                  <DropdownMenuCheckboxItem
                    key={type}
                    checked={filter.types.includes(type)}
                    onCheckedChange={(on) => setFilter({ ...filter, types: withType(filter.types, type, on) })}
                    onSelect={(event) => event.preventDefault()}
                  >
                    <ObservationTypeIcon type={type} /> {observationTypeName(type)}
                  </DropdownMenuCheckboxItem>
                ))}
                <DropdownMenuSeparator />
                <DropdownMenuLabel>At least</DropdownMenuLabel>
                <DropdownMenuRadioGroup
                  value={filter.minLevel}
                  onValueChange={(minLevel) => setFilter({ ...filter, minLevel: minLevel as StepFilter['minLevel'] })}
                >
                  {LEVELS.map((level) => (
                    <DropdownMenuRadioItem key={level} value={level} onSelect={(event) => event.preventDefault()}>
                      {level[0] + level.slice(1).toLowerCase()}
                    </DropdownMenuRadioItem>
                  ))}
                </DropdownMenuRadioGroup>
                {narrowed && (
                  <>
                    <DropdownMenuSeparator />
                    <DropdownMenuItem onSelect={() => setFilter({ ...NO_FILTER, text: filter.text })}>
                      Show everything
                    </DropdownMenuItem>
                  </>
                )}
              </DropdownMenuContent>
            </DropdownMenu>
          )}
          <IconButton
            label={hasErrors ? 'Next error' : 'No errors'}
            shortcut={hasErrors ? 'e' : undefined}
            disabled={!hasErrors}
            onClick={() => toError(false)}
            className={cn(hasErrors && 'text-danger hover:text-danger')}
          >
            <CircleX aria-hidden />
          </IconButton>
          {(view === 'tree' || view === 'timeline') && (
            <IconButton
              label={folded.size > 0 ? 'Unfold all' : 'Fold all'}
              onClick={() => setFolded(folded.size > 0 ? NOTHING_FOLDED : foldFrom(tree, 1))}
            >
              {folded.size > 0 ? <ChevronsUpDown aria-hidden /> : <ChevronsDownUp aria-hidden />}
            </IconButton>
          )}
        </div>
      </div>
      <div data-steps className="flex min-h-0 flex-1 flex-col">
        {nothing && view !== 'graph' ? (
          <EmptyState title="No step matches">Names, models, status messages and ids are searched.</EmptyState>
        ) : view === 'tree' ? (
          <TreeView {...rowProps} total={total} totalCost={trace.totalCost} scores={scores} />
        ) : view === 'timeline' ? (
          <TimelineView {...rowProps} />
        ) : view === 'log' ? (
          <LogView
            projectId={projectId}
            traceId={trace.id}
            tree={tree}
            matches={matches}
            selected={selected}
            onSelect={onSelect}
          />
        ) : (
          <Suspense fallback={<SkeletonLines lines={6} className="p-4" />}>
            <GraphView tree={tree} selected={selected} onSelect={onSelect} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

function withType(types: readonly ObservationType[], type: ObservationType, on: boolean): ObservationType[] {
  return on ? [...types, type] : types.filter((other) => other !== type);
}

function StepName({
  trace,
  tree,
  position,
  matched,
}: {
  trace: TraceDetail;
  tree: StepTree;
  position: number;
  matched: boolean;
}) {
  if (position === TRACE_ROW) {
    return (
      <span className="flex min-w-0 items-center gap-1.5">
        <ListTree role="img" aria-label="Trace" className="size-3.5 shrink-0 text-accent" />
        <span className="truncate font-medium">{trace.name ?? 'Trace'}</span>
      </span>
    );
  }
  const step = tree.steps[position]!;
  return (
    <span className={cn('flex min-w-0 items-center gap-1.5', !matched && 'opacity-70')}>
      <ObservationTypeIcon type={step.type} />
      <span className={cn('truncate', step.level === 'ERROR' && 'text-danger')} title={step.name}>
        {step.name}
      </span>
      <LevelSign level={step.level} message={step.statusMessage} />
    </span>
  );
}
