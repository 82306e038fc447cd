import { cn } from './cn.ts';

/** The mark: a thread that streams level across its shroud, as it does when the sail is trimmed right; together they are a t. */
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
      <path d="M9 2.8v13.4c0 3.1 1.7 4.9 5.6 4.7" stroke="var(--fg)" />
      <path d="M2.8 9.4c4.6-3.6 8.4 2.6 18.4-1.6" stroke="var(--accent)" />
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
