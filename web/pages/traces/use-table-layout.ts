import { useMemo } from 'react';
import { z } from 'zod';
import { useStored } from '../../lib/stored.ts';

const layout = z.object({ shown: z.array(z.string()), sizes: z.record(z.string(), z.number()) });

/** Which columns of a list are shown and how wide they are: a preference of this browser. */
export function useTableLayout(list: string, columns: readonly string[], shownAtFirst: readonly string[]) {
  const [{ shown, sizes }, store] = useStored(`columns:${list}`, layout, { shown: [...shownAtFirst], sizes: {} });
  return useMemo(() => {
    const set = new Set(shown);
    return {
      shown: set as ReadonlySet<string>,
      visibility: Object.fromEntries(columns.map((id) => [id, set.has(id)])),
      sizes,
      onSizes: (next: Record<string, number>) => store({ shown, sizes: next }),
      onToggle: (id: string) => store({ shown: set.has(id) ? shown.filter((other) => other !== id) : [...shown, id], sizes }),
      onReset: () => store({ shown: [...shownAtFirst], sizes: {} }),
    };
  }, [shown, sizes, store, columns, shownAtFirst]);
}
