import { useMemo } from 'react';
import { formatCount } from '../../../contract/format.ts';
import { useTheme } from '../../lib/theme.ts';
import { cn } from '../../ui/cn.ts';
import { TimeBars } from '../../ui/time-bars.tsx';
import { brushed } from './time-range.ts';
import type { List } from './use-list.ts';
import { type Scope, useHistogram } from './use-traces.ts';

export interface HistogramProps {
  scope: Scope;
  list: List;
  onRange(range: { from: string; to: string }): void;
}

/** How many rows there are over time, those with errors in red; dragging over it narrows the time. */
export function Histogram({ scope, list, onRange }: HistogramProps) {
  const { shown } = useTheme();
  const { data, isPlaceholderData } = useHistogram(scope, list, true);
  const bars = useMemo(() => {
    const buckets = data?.buckets ?? [];
    const all = buckets.reduce((sum, { count }) => sum + count, 0);
    const failed = buckets.reduce((sum, { errors }) => sum + errors, 0);
    return {
      times: buckets.map(({ time }) => Date.parse(time)),
      step: (data?.step ?? 1) * 1_000,
      series: [
        { name: 'without errors', values: buckets.map(({ count, errors }) => count - errors), colour: '--accent' },
        { name: 'with errors', values: buckets.map(({ errors }) => errors), colour: '--danger' },
      ],
      label: `${formatCount(all)} ${list} over time, ${formatCount(failed)} with errors`,
    };
  }, [data, list]);
  return (
    <TimeBars
      {...bars}
      theme={shown}
      onPick={(first, last) => {
        const range = brushed(bars.times, bars.step, first, last);
        if (range) onRange(range);
      }}
      className={cn('h-18', isPlaceholderData && 'opacity-60')}
    />
  );
}
