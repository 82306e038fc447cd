import type { KnownRow, KnownTrace } from './known-trace.ts';

/**
 * Whether rows that come for a deleted trace are the trace sent anew, as opposed to late ones of what was deleted: its root comes with
 * them, and a step that was deleted comes again. Of the batch protocol, the trace itself must be told again, because an update that is late
 * makes a step which looks like a root. Where the trace had no steps it is enough that it is told again.
 */
export function revives(trace: KnownTrace, rows: readonly KnownRow[]): boolean {
  const deleted = new Set<string>();
  for (const row of trace.rows.values()) if (row.type !== 'TRACE') deleted.add(row.id);
  const alive = rows.filter(({ is_deleted }) => is_deleted === 0);
  const told = alive.some(({ type }) => type === 'TRACE');
  const root = told || alive.some(({ type, parent_id, via }) => type !== 'TRACE' && parent_id === '' && via !== 'langfuse-batch');
  return root && (deleted.size === 0 ? told : alive.some(({ id, type }) => type !== 'TRACE' && deleted.has(id)));
}
