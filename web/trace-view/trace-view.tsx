import { useQueryClient } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { type ReactNode, useMemo, useRef } from 'react';
import { getTrace } from '../../contract/api/traces.ts';
import { buildStepTree } from '../../contract/trace/step-tree.ts';
import { ApiError } from '../lib/client.ts';
import { keyOf } from '../lib/query.ts';
import { useTail } from '../lib/tail.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { ResizableGroup, ResizableHandle, ResizablePanel } from '../ui/resizable.tsx';
import { Skeleton, SkeletonLines } from '../ui/skeleton.tsx';
import { StepDetail } from './step-detail.tsx';
import { TRACE_ROW } from './step-rows.tsx';
import { StepsPanel, type StepsView } from './steps-panel.tsx';
import { TraceOverview } from './trace-detail.tsx';
import { TraceHeader } from './trace-header.tsx';
import { usePrefetchSteps, useTrace } from './use-trace.ts';

export interface TraceViewProps {
  projectId: string;
  traceId: string;
  /** The selected step; undefined: the trace itself. */
  observationId: string | undefined;
  view: StepsView;
  onSelect(observationId: string | undefined): void;
  onView(view: StepsView): void;
  onDeleted(): void;
  heading: 'h1' | 'h2';
  /** Buttons before and behind those of the header; also there while the trace is loading. */
  before?: ReactNode;
  after?: ReactNode;
}

/** One trace: header, its steps, and the detail of the selected step. Fills its parent; used by the trace's page and the peek panel. */
export function TraceView(props: TraceViewProps) {
  const { projectId, traceId, observationId, view, onSelect, onView, onDeleted, heading: Heading, before, after } = props;
  const { data: trace, error, refetch } = useTrace(projectId, traceId);
  const tree = useMemo(() => buildStepTree(trace?.observations ?? []), [trace?.observations]);
  const detail = useRef<HTMLDivElement>(null);
  const selected = observationId === undefined ? TRACE_ROW : (tree.positionOf.get(observationId) ?? TRACE_ROW);
  usePrefetchSteps(
    projectId,
    traceId,
    [selected + 1, selected - 1].flatMap((position) => (position >= 0 && tree.steps[position] ? [tree.steps[position].id] : [])),
  );
  useFollow(projectId, traceId, trace?.timestamp);

  if (!trace) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
      <div className="flex h-full min-h-0 flex-col">
        <div className="flex h-12 shrink-0 items-center gap-1.5 border-line border-b px-4">
          {before}
          {error ? <Heading className="font-semibold text-md">Trace</Heading> : <Skeleton className="w-48" />}
          <span className="ml-auto flex items-center gap-0.5">{after}</span>
        </div>
        {missing ? (
          <EmptyState icon={<SearchX aria-hidden />} title="This trace is not here">
            No trace <code className="[overflow-wrap:anywhere]">{traceId}</code> in this project. It may have been deleted, or it
            has not arrived yet.
          </EmptyState>
        ) : error ? (
          <ErrorState title="The trace could not be loaded" error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="flex min-h-0 flex-1" aria-busy="true">
            <SkeletonLines lines={9} className="w-2/5 border-line border-r p-4" />
            <SkeletonLines lines={6} className="flex-1 p-4" />
          </div>
        )}
      </div>
    );
  }

  const select = (position: number) => onSelect(position === TRACE_ROW ? undefined : tree.steps[position]!.id);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TraceHeader projectId={projectId} trace={trace} heading={Heading} before={before} after={after} onDeleted={onDeleted} />
      <div className="min-h-0 flex-1">
        <ResizableGroup remember={Heading === 'h1' ? 'trace' : 'trace-peek'} orientation="horizontal">
          <ResizablePanel id="steps" defaultSize="44%" minSize="22%">
            <StepsPanel
              projectId={projectId}
              trace={trace}
              tree={tree}
              selected={selected}
              view={view}
              onSelect={select}
              onView={onView}
              onEnter={() => detail.current?.querySelector<HTMLElement>('[role=tab][data-state=active]')?.focus()}
            />
          </ResizablePanel>
          <ResizableHandle label="Resize the list of steps" />
          <ResizablePanel id="detail" minSize="28%">
            <div ref={detail} className="h-full min-h-0">
              {selected === TRACE_ROW ? (
                <TraceOverview trace={trace} tree={tree} onSelect={select} />
              ) : (
                <StepDetail projectId={projectId} traceId={traceId} tree={tree} position={selected} scores={trace.scores} />
              )}
            </div>
          </ResizablePanel>
        </ResizableGroup>
      </div>
    </div>
  );
}

/** A trace that began this recently may still be growing. */
const GROWING_MS = 30 * 60_000;

/** Reads a young trace again whenever rows of it arrive. */
function useFollow(projectId: string, traceId: string, timestamp: string | undefined) {
  const client = useQueryClient();
  const young = timestamp !== undefined && Date.now() - Date.parse(timestamp) < GROWING_MS;
  useTail(projectId, young, (traceIds) => {
    if (traceIds.includes(traceId)) void client.invalidateQueries({ queryKey: keyOf(getTrace, { projectId, traceId }) });
  });
}
