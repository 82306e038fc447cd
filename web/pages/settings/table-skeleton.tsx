import { Skeleton } from '../../ui/skeleton.tsx';

/** As high as a table of that many rows, so that nothing moves when it comes. */
export function TableSkeleton({ rows }: { rows: number }) {
  return (
    <div className="rounded-lg border border-line" aria-busy>
      <div className="h-8 rounded-t-lg bg-sunken" />
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="flex h-10 items-center gap-4 border-line border-t px-3">
          <Skeleton className="h-3 w-1/4" />
          <Skeleton className="h-3 w-1/3" />
          <Skeleton className="ml-auto h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
