import { useSyncExternalStore } from 'react';
import { cn } from '../ui/cn.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { formatAgo, formatMoment, formatTime } from './time.ts';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 5000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, to within five seconds: one clock for everything on the page that says how long ago. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

export interface TimestampProps {
  time: string;
  /** `ago`: how long ago, kept up to date; `time`: date and time. Both tell the other, with the zone, on hover. */
  as?: 'ago' | 'time';
  className?: string;
}

export function Timestamp({ time, as = 'time', className }: TimestampProps) {
  return (
    <Tooltip content={formatMoment(time)}>
      <time dateTime={time} className={cn('whitespace-nowrap', className)}>
        {as === 'ago' ? <Ago time={time} /> : formatTime(time)}
      </time>
    </Tooltip>
  );
}

function Ago({ time }: { time: string }) {
  return formatAgo(time, Math.max(useNow(), now));
}
