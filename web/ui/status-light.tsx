import { cn } from './cn.ts';

const TONES = { idle: 'bg-faint', waiting: 'bg-warning', good: 'bg-success', bad: 'bg-danger' };

/** A small light; what it means stands beside it as text. */
export function StatusLight({ tone, pulse, className }: { tone: keyof typeof TONES; pulse?: boolean; className?: string }) {
  return (
    <span aria-hidden className={cn('relative inline-flex size-2 shrink-0', className)}>
      {pulse && <span className={cn('absolute -inset-1 animate-breathe rounded-full opacity-25', TONES[tone])} />}
      <span className={cn('size-2 rounded-full', TONES[tone])} />
    </span>
  );
}
