import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronUp, Maximize2, X } from 'lucide-react';
import type { StepsView } from '../../trace-view/steps-panel.tsx';
import { TraceView } from '../../trace-view/trace-view.tsx';
import { buttonStyle, IconButton } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';

export interface PeekProps {
  projectId: string;
  traceId: string;
  observationId: string | undefined;
  view: StepsView;
  onSelect(observationId: string | undefined): void;
  onView(view: StepsView): void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  onClose(): void;
  onDeleted(): void;
}

/** A trace beside the list: the list stays usable, the keys go on to the next and the one before. */
export function Peek({
  projectId,
  traceId,
  observationId,
  view,
  onSelect,
  onView,
  onPrevious,
  onNext,
  onClose,
  onDeleted,
}: PeekProps) {
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} label="Trace" modal={false} className="w-[max(44rem,55vw)]">
      <TraceView
        projectId={projectId}
        traceId={traceId}
        observationId={observationId}
        view={view}
        heading="h2"
        onSelect={onSelect}
        onView={onView}
        onDeleted={onDeleted}
        before={
          <span className="-ml-2 flex shrink-0">
            <IconButton label="Previous" shortcut="k" disabled={!onPrevious} onClick={onPrevious}>
              <ChevronUp aria-hidden />
            </IconButton>
            <IconButton label="Next" shortcut="j" disabled={!onNext} onClick={onNext}>
              <ChevronDown aria-hidden />
            </IconButton>
          </span>
        }
        after={
          <>
            <Tooltip content="Open the page" shortcut="o">
              <Link
                to="/project/$projectId/traces/$traceId"
                params={{ projectId, traceId }}
                search={{ observation: observationId, view: view === 'tree' ? undefined : view }}
                aria-label="Open the page"
                className={buttonStyle({ variant: 'ghost', size: 'icon' })}
              >
                <Maximize2 aria-hidden />
              </Link>
            </Tooltip>
            <IconButton label="Close" shortcut="esc" onClick={onClose}>
              <X aria-hidden />
            </IconButton>
          </>
        }
      />
    </Sheet>
  );
}
