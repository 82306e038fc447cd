import { useMemo, useState } from 'react';
import { updateTrace } from '../../../contract/api/traces.ts';
import { formatCount } from '../../../contract/format.ts';
import { call } from '../../lib/client.ts';
import { useDeleteTraces } from '../../trace-view/use-trace.ts';
import type { RowSelectionState } from '../../ui/data-table.tsx';
import { toast } from '../../ui/toaster.tsx';

/** Rows that are picked, the traces that they belong to, and what can be done with them. `onChanged` reads the lists again. */
export function usePicked<T extends { id: string }>(
  projectId: string,
  rows: readonly T[],
  traceOf: (row: T) => string,
  onChanged: () => void,
) {
  const [picked, setPicked] = useState<RowSelectionState>({});
  const [marking, setMarking] = useState(false);
  const remove = useDeleteTraces(projectId);
  const count = useMemo(() => rows.filter(({ id }) => picked[id]).length, [rows, picked]);
  const traces = useMemo(() => [...new Set(rows.filter(({ id }) => picked[id]).map(traceOf))], [rows, picked, traceOf]);

  const bookmark = async () => {
    setMarking(true);
    try {
      for (const traceId of traces) await call(updateTrace, { projectId, traceId, bookmarked: true });
      toast.success(traces.length === 1 ? 'Bookmarked' : `${formatCount(traces.length)} traces bookmarked`);
      setPicked({});
    } catch (error) {
      toast.error('Not all were bookmarked', { description: error instanceof Error ? error.message : undefined });
    } finally {
      setMarking(false);
      onChanged();
    }
  };
  /** @throws what the server said, for the dialog that asked */
  const deleteAll = async () => {
    const { deleted } = await remove.mutateAsync(traces);
    setPicked({});
    onChanged();
    toast.success(`${formatCount(deleted)} ${deleted === 1 ? 'trace' : 'traces'} deleted`);
  };
  const toggle = (id: string) => setPicked(({ [id]: was, ...others }) => (was ? others : { ...others, [id]: true }));
  return { picked, setPicked, count, traces, marking, bookmark, deleteAll, toggle, clear: () => setPicked({}) };
}
