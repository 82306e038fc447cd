import { CircleAlert, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';

export interface ErrorStateProps {
  /** What did not work: `The traces could not be loaded`. */
  title: ReactNode;
  error: unknown;
  onRetry?(): void;
  /** What was kept, and what to do. */
  children?: ReactNode;
  className?: string;
}

/** Something failed: says what happened and offers to try again. */
export function ErrorState({ title, error, onRetry, children, className }: ErrorStateProps) {
  const requestId = error && typeof error === 'object' && 'requestId' in error ? error.requestId : undefined;
  return (
    <div role="alert" className={cn('flex flex-col items-center justify-center px-6 py-14 text-center', className)}>
      <div className="mb-3 flex size-10 items-center justify-center rounded-lg bg-danger-soft text-danger">
        <CircleAlert aria-hidden className="size-5" />
      </div>
      <h2 className="font-semibold text-md">{title}</h2>
      <p className="mt-1 max-w-lg text-balance text-muted [overflow-wrap:anywhere]">
        {error instanceof Error ? error.message : String(error)}
      </p>
      {children && <div className="mt-1 max-w-md text-muted">{children}</div>}
      {onRetry && (
        <Button className="mt-4" onClick={onRetry}>
          <RotateCw aria-hidden /> Try again
        </Button>
      )}
      {typeof requestId === 'string' && (
        <p className="mt-3 text-faint text-xs">
          Request <code className="select-all">{requestId}</code>
        </p>
      )}
    </div>
  );
}
