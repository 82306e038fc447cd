import { LoaderCircle } from 'lucide-react';
import { cn } from './cn.ts';

/** Something is going on. Says nothing to screen readers: the thing that is busy carries `aria-busy`. */
export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden className={cn('size-4 animate-spin', className)} />;
}
