import { lazy, Suspense } from 'react';
import { cn } from './cn.ts';
import { Skeleton } from './skeleton.tsx';

const Chart = lazy(() => import('./time-bars-chart.tsx'));

export interface TimeBarsProps {
  /** Starts of the buckets, ms, ascending and evenly spaced. */
  times: readonly number[];
  /** Width of a bucket, ms. */
  step: number;
  /** Stacked from the bottom up; the colour is the name of a CSS variable: `--danger`. */
  series: readonly { name: string; values: readonly number[]; colour: string }[];
  /** What is counted and how much of it, in words. */
  label: string;
  /** Another theme, other colours: the chart is drawn again. */
  theme: 'light' | 'dark';
  /** Somebody dragged over buckets, or clicked on one. */
  onPick?(first: number, last: number): void;
  className?: string;
}

/** Counts over time as bars; dragging over them picks a stretch of time. Drawn on a canvas, loaded when first needed. */
export function TimeBars({ className, ...rest }: TimeBarsProps) {
  return (
    <div role="img" aria-label={rest.label} className={cn('h-20', className)}>
      <Suspense fallback={<Skeleton className="h-full" />}>
        <Chart {...rest} />
      </Suspense>
    </div>
  );
}
