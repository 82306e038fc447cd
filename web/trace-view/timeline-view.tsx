import { Maximize2, Route, ZoomIn, ZoomOut } from 'lucide-react';
import { type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { formatDuration } from '../../contract/format.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { observationTypeColour } from '../lib/observation-type.tsx';
import { IconButton } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import { StepRows, type StepRowsProps, TRACE_ROW } from './step-rows.tsx';
import { barIn, criticalPath, extentOf, pan, type Span, ticksIn, zoom } from './timeline.ts';

type Props = Omit<StepRowsProps, 'side' | 'header' | 'nameClass' | 'dimmed' | 'label'>;

/** The steps over time: one bar a step, with the first token marked; wheel with Ctrl zooms, sideways wheel and dragging move. */
export function TimelineView(props: Props) {
  const { tree } = props;
  const extent = useMemo(() => extentOf(tree), [tree]);
  const [window, setWindow] = useState<Span>(extent);
  const [showPath, setShowPath] = useState(false);
  const path = useMemo(() => (showPath ? criticalPath(tree) : null), [tree, showPath]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => setWindow(extent), [extent]);

  // Not through React: its wheel listeners are passive and could not keep the page from zooming.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const lane = element.querySelector('[data-lane]')?.getBoundingClientRect();
      if (!lane || event.clientX < lane.left) return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const anchor = Math.min(1, Math.max(0, (event.clientX - lane.left) / lane.width));
        setWindow((now) => zoom(now, extent, Math.exp(event.deltaY * 0.004), anchor));
      } else {
        const sideways = event.shiftKey ? event.deltaY : event.deltaX;
        if (Math.abs(sideways) < 1 || (!event.shiftKey && Math.abs(event.deltaY) > Math.abs(sideways))) return;
        event.preventDefault();
        setWindow((now) => pan(now, extent, sideways / lane.width));
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [extent]);

  const drag = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const width = event.currentTarget.getBoundingClientRect().width;
    const from = event.clientX;
    const start = window;
    const target = event.currentTarget;
    const move = (next: globalThis.PointerEvent) => {
      if (Math.abs(next.clientX - from) < 4 && !target.hasPointerCapture(event.pointerId)) return;
      target.setPointerCapture(event.pointerId);
      setWindow(pan(start, extent, (from - next.clientX) / width));
    };
    const up = () => {
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', up);
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', up);
  };

  const ticks = ticksIn(window, 6);
  const place = (time: number) => `${((time - window.from) / (window.to - window.from)) * 100}%`;
  const whole = window.from === extent.from && window.to === extent.to;

  return (
    <div ref={box} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-8 shrink-0 items-center gap-0.5 border-line border-b px-2 text-faint text-xs">
        <IconButton size="icon-xs" label="Zoom in" onClick={() => setWindow(zoom(window, extent, 0.5, 0.5))}>
          <ZoomIn aria-hidden />
        </IconButton>
        <IconButton size="icon-xs" label="Zoom out" disabled={whole} onClick={() => setWindow(zoom(window, extent, 2, 0.5))}>
          <ZoomOut aria-hidden />
        </IconButton>
        <IconButton size="icon-xs" label="Show all" disabled={whole} onClick={() => setWindow(extent)}>
          <Maximize2 aria-hidden />
        </IconButton>
        <IconButton
          size="icon-xs"
          label="Critical path: the steps that the end waited for"
          aria-pressed={showPath}
          className={cn(showPath && 'bg-accent-soft text-accent')}
          onClick={() => setShowPath(!showPath)}
        >
          <Route aria-hidden />
        </IconButton>
        <span className="ml-auto">
          {formatDuration(window.to - window.from)}
          {!whole && ` of ${formatDuration(extent.to - extent.from)}`}
        </span>
      </div>
      <StepRows
        {...props}
        label="Steps over time"
        nameClass="w-[38%] min-w-32 shrink-0 pr-2"
        dimmed={path ? (position) => position !== TRACE_ROW && !path.has(position) : undefined}
        header={
          <div className="sticky top-0 z-10 flex h-6 border-line border-b bg-canvas px-1 text-2xs text-faint">
            <span className="w-[38%] min-w-32 shrink-0" />
            <span data-lane className="relative mr-2 flex-1 cursor-ew-resize touch-none" onPointerDown={drag}>
              {ticks.map((tick) => (
                <span key={tick} className="absolute top-0 flex h-full items-center" style={{ left: place(tick) }}>
                  <span className="absolute inset-y-0 left-0 w-px bg-line" />
                  <span
                    className={cn(
                      'whitespace-nowrap pl-1',
                      tick > window.to - (window.to - window.from) * 0.08 && '-translate-x-full pr-1 pl-0',
                    )}
                  >
                    {tick === 0 ? '0' : formatDuration(tick)}
                  </span>
                </span>
              ))}
            </span>
          </div>
        }
        side={(position) => (
          <Lane ticks={ticks.map(place)} onPointerDown={drag}>
            {position === TRACE_ROW ? null : <StepBar tree={tree} position={position} window={window} />}
          </Lane>
        )}
      />
    </div>
  );
}

function Lane({
  ticks,
  onPointerDown,
  children,
}: {
  ticks: string[];
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  children: ReactNode;
}) {
  return (
    <span className="relative mr-2 block h-full flex-1 overflow-hidden" onPointerDown={onPointerDown}>
      {ticks.map((left) => (
        <span key={left} aria-hidden className="absolute inset-y-0 w-px bg-line/60" style={{ left }} />
      ))}
      {children}
    </span>
  );
}

function StepBar({ tree, position, window }: { tree: StepTree; position: number; window: Span }) {
  const step = tree.steps[position]!;
  const bar = barIn(window, step);
  if (!bar) {
    const before = step.start < window.from;
    return (
      <span className={cn('absolute top-1/2 -translate-y-1/2 text-2xs text-faint', before ? 'left-1' : 'right-1')}>
        {before ? '‹' : '›'}
      </span>
    );
  }
  const percent = (part: number) => `${part * 100}%`;
  const colour = step.level === 'ERROR' ? 'var(--danger)' : observationTypeColour(step.type);
  const end = bar.left + bar.width;
  // Where there is room for the words: behind the bar, before it, else on it.
  const place =
    end <= 0.7 - (step.firstToken === null ? 0 : 0.15)
      ? 'behind'
      : bar.left >= (step.firstToken === null ? 0.3 : 0.55)
        ? 'before'
        : 'inside';
  const label = [
    step.duration === null ? null : formatDuration(step.duration),
    step.firstToken === null ? null : `first token ${formatDuration(step.firstToken)}`,
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <>
      {step.duration === null ? (
        <span
          aria-hidden
          className="absolute top-1/2 size-2 -translate-1/2 rotate-45 rounded-[1px]"
          style={{ left: percent(bar.left), background: colour }}
        />
      ) : (
        <span
          aria-hidden
          className={cn(
            'absolute top-1/2 h-3 min-w-0.5 -translate-y-1/2 overflow-hidden',
            !bar.cutLeft && 'rounded-l-xs',
            !bar.cutRight && 'rounded-r-xs',
          )}
          style={{ left: `min(${percent(bar.left)}, calc(100% - 2px))`, width: percent(bar.width), background: colour }}
        >
          {bar.firstToken !== null && bar.width > 0 && (
            <>
              <span
                className="absolute inset-y-0 left-0 bg-canvas/45"
                style={{ width: percent((bar.firstToken - bar.left) / bar.width) }}
              />
              <span
                className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-fg"
                style={{ left: percent((bar.firstToken - bar.left) / bar.width) }}
              />
            </>
          )}
        </span>
      )}
      <span
        className="pointer-events-none absolute top-1/2 -translate-y-1/2 whitespace-nowrap px-1.5 text-2xs text-muted"
        style={place === 'behind' ? { left: percent(end) } : place === 'before' ? { right: percent(1 - bar.left) } : { right: 0 }}
      >
        <span className={cn(place === 'inside' && 'rounded-xs bg-canvas/90 px-1 py-px')}>{label}</span>
      </span>
    </>
  );
}
