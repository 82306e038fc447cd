import type { AnalyticsReader } from '../store/analytics/port.ts';
import { type ListScope, narrow } from './list-scope.ts';
import { readTraceFacts, type TraceFacts } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { countMatches } from './totals.ts';
import { traceOrder } from './trace-columns.ts';
import { traceSet } from './trace-set.ts';

/** A numbered page: `offset` rows are skipped. */
export interface NumberedPage {
  orderBy: { column: string; direction: 'asc' | 'desc' };
  offset: number;
  limit: number;
  /** Read inputs and outputs too. */
  texts: boolean;
}

/** One numbered page of traces with the number of all that fit, for APIs that count pages: the whole range is read. */
export async function pageTraces(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  page: NumberedPage,
): Promise<{ traces: TraceFacts[]; total: number }> {
  const narrowed = narrow('traces', scope);
  const order = traceOrder(page.orderBy.column);
  const direction = page.orderBy.direction.toUpperCase();
  const query = new ProjectQuery(projectId);
  const set = traceSet(query, narrowed, narrowed, { order_key: order.value });
  const rows = await query.ask<{ trace_id: string; total: number }>(
    reader,
    `SELECT trace_id, count() OVER () AS total FROM (\n${set}\n)
ORDER BY order_key ${direction}, trace_id ${direction}
LIMIT ${query.integer(page.limit)} OFFSET ${query.integer(page.offset)}`,
  );
  if (rows.length === 0) {
    const total = page.offset === 0 && page.limit > 0 ? 0 : await countMatches(reader, projectId, 'traces', narrowed);
    return { traces: [], total };
  }
  const ids = rows.map(({ trace_id }) => trace_id);
  const facts = await readTraceFacts(reader, projectId, ids, page.texts ? 'whole' : 'none');
  return { traces: ids.map((id) => facts.get(id)).filter((fact) => fact !== undefined), total: rows[0]!.total };
}
