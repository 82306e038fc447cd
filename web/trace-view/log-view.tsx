import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef } from 'react';
import { formatCost, formatDuration } from '../../contract/format.ts';
import type { ObservationDetail } from '../../contract/observation.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { ObservationTypeIcon } from '../lib/observation-type.tsx';
import { formatMoment } from '../lib/time.ts';
import { cn } from '../ui/cn.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { logText } from './log-text.ts';
import { LevelSign } from './tree-side.tsx';
import { useStepLog } from './use-trace.ts';
import type { Matches } from './visible-steps.ts';

export interface LogViewProps {
  projectId: string;
  traceId: string;
  tree: StepTree;
  matches: Matches | null;
  selected: number;
  onSelect(position: number): void;
}

/** The steps in the order in which they began, each with the beginning of its input and output; loaded while one scrolls. */
export function LogView({ projectId, traceId, tree, matches, selected, onSelect }: LogViewProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPending } = useStepLog(projectId, traceId);
  const scroller = useRef<HTMLDivElement>(null);
  const entries = useMemo(() => {
    const all = data?.pages.flatMap((page) => page.data) ?? [];
    return all
      .map((step) => ({ step, position: tree.positionOf.get(step.id) ?? -1 }))
      .filter(({ position }) => !matches || (position >= 0 && matches.matching[position] === 1));
  }, [data, tree, matches]);
  const start = tree.steps.length > 0 ? Math.min(...firstStarts(tree)) : 0;
  const virtualizer = useVirtualizer({
    count: entries.length + (hasNextPage ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => 92,
    overscan: 6,
    getItemKey: (index) => entries[index]?.step.id ?? 'more',
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= entries.length - 8) void fetchNextPage();
  }, [last, entries.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (isPending) return <SkeletonLines lines={8} className="p-4" />;
  if (error && !data) return <ErrorState title="The log could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (entries.length === 0 && !hasNextPage) return <EmptyState title={matches ? 'No step matches' : 'No steps yet'} />;
  return (
    <section
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Log of the steps"
      className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      <ol className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const entry = entries[item.index];
          return (
            <li
              key={item.key}
              data-index={item.index}
              ref={virtualizer.measureElement}
              className="absolute inset-x-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {entry ? (
                <LogEntry
                  step={entry.step}
                  offset={entry.position >= 0 ? tree.steps[entry.position]!.start - start : null}
                  active={entry.position === selected && selected >= 0}
                  onSelect={() => entry.position >= 0 && onSelect(entry.position)}
                />
              ) : (
                <SkeletonLines lines={3} className="p-3" />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Starts of the roots; the earliest step is one of them or stands below one. */
function* firstStarts(tree: StepTree): Generator<number> {
  for (let root = 0; root < tree.steps.length; root = tree.end[root]!) yield tree.steps[root]!.start;
}

const LogEntry = memo(function LogEntry({
  step,
  offset,
  active,
  onSelect,
}: {
  step: ObservationDetail;
  offset: number | null;
  active: boolean;
  onSelect(): void;
}) {
  const input = useMemo(() => logText(step.input), [step.input]);
  const output = useMemo(() => logText(step.output), [step.output]);
  return (
    <button
      type="button"
      onClick={onSelect}
      aria-current={active || undefined}
      className={cn('block w-full border-line border-b px-3 py-2 text-left', active ? 'bg-active' : 'hover:bg-hover')}
    >
      <span className="flex items-center gap-1.5">
        <Tooltip content={formatMoment(step.startTime)}>
          <span className="w-16 shrink-0 text-faint text-xs">{offset === null ? '' : `+${formatDuration(offset)}`}</span>
        </Tooltip>
        <ObservationTypeIcon type={step.type} />
        <span className="truncate font-medium">{step.name}</span>
        <LevelSign level={step.level} message={step.statusMessage} />
        <span className="ml-auto flex shrink-0 gap-2.5 pl-2 text-muted text-xs">
          {step.totalCost !== null && <span>{formatCost(step.totalCost)}</span>}
          {step.latency !== null && <span>{formatDuration(step.latency * 1000)}</span>}
        </span>
      </span>
      {step.level === 'ERROR' && step.statusMessage && (
        <span className="mt-1 ml-17.5 line-clamp-2 text-danger text-sm">{step.statusMessage}</span>
      )}
      {input && <LogLine name="in" text={input} />}
      {output && <LogLine name="out" text={output} />}
    </button>
  );
});

function LogLine({ name, text }: { name: string; text: string }) {
  return (
    <span className="mt-1 flex gap-1.5 text-sm">
      <span className="w-16 shrink-0 text-right text-faint text-xs leading-[18px]">{name}</span>
      <span className="line-clamp-3 min-w-0 text-muted [overflow-wrap:anywhere]">{text}</span>
    </span>
  );
}
