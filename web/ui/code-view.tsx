import { lazy, Suspense } from 'react';
import { cn } from './cn.ts';
import { SkeletonLines } from './skeleton.tsx';

const Editor = lazy(() => import('./code-view-editor.tsx'));

export interface CodeViewProps {
  text: string;
  language: 'json' | 'text';
  /** Spoken name. */
  label: string;
  /** Fills its parent; otherwise it grows with the text up to a limit. */
  fill?: boolean;
  className?: string;
}

/** A long text to read: only the lines in sight are drawn; folding, line numbers, search by `mod+f`. Loaded when it is first needed. */
export function CodeView({ className, ...rest }: CodeViewProps) {
  return (
    <div
      className={cn(
        'overflow-hidden rounded-md border border-line bg-sunken',
        rest.fill ? 'h-full min-h-0' : 'max-h-[32rem]',
        className,
      )}
    >
      <Suspense fallback={<SkeletonLines lines={5} className="p-3" />}>
        <Editor {...rest} />
      </Suspense>
    </div>
  );
}
