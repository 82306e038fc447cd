import { cn } from './cn.ts';

/** The mark: two threads that stream level from a shroud, as they do when the sail is trimmed right. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      fill="none"
      strokeLinecap="round"
      strokeWidth={2.2}
      className={cn('size-5', className)}
    >
      <path d="M5 2.5v19" stroke="var(--fg)" />
      <path d="M5 7c4.5-3.4 8.2 3.4 15.5-.6" stroke="var(--accent)" />
      <path d="M5 13.6c3.6-2.8 6.4 2.8 11.6-.4" stroke="var(--accent)" opacity={0.55} />
    </svg>
  );
}

export function Logo({ className }: { className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2', className)}>
      <LogoMark />
      <span className="font-semibold text-md tracking-tight">Telltale</span>
    </span>
  );
}
