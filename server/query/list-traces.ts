import type { TraceSummary } from '../../contract/trace.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { boundsOf, FIRST_FILTERED_LOOK, type ListScope, narrow, windowsBack } from './list-scope.ts';
import { readScoreCells, type ScoreCell } from './read-score-cells.ts';
import { readTraceFacts, type TraceFacts } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { isoOf, orNull } from './stored-values.ts';
import { traceOrder } from './trace-columns.ts';
import { traceSet } from './trace-set.ts';

export interface PageRequest {
  orderBy?: { column: string; direction: 'asc' | 'desc' } | undefined;
  cursor?: string | undefined;
  limit: number;
}

interface Candidate {
  trace_id: string;
  at: Micros;
  order_key?: string | number;
}

/** Traces of a project a page at a time, newest first unless `orderBy` says otherwise. `nextCursor` is null on the last page. */
export async function listTraces(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  page: PageRequest,
): Promise<{ data: TraceSummary[]; nextCursor: string | null }> {
  const { found, nextCursor } = await listTraceFacts(reader, projectId, scope, page);
  const data = found.map(({ facts, scores }) => ({
    ...presentTrace(facts),
    models: facts.models,
    scores,
    inputPreview: orNull(facts.input),
    outputPreview: orNull(facts.output),
  }));
  return { data, nextCursor };
}

/** What list and detail of a trace have in common. */
export function presentTrace(fact: TraceFacts) {
  return {
    id: fact.trace_id,
    name: orNull(fact.name),
    timestamp: isoOf(fact.at),
    latency: fact.latency,
    totalCost: fact.totalCost,
    inputTokens: fact.inputTokens,
    outputTokens: fact.outputTokens,
    totalTokens: fact.totalTokens,
    observationCount: fact.observationCount,
    errorCount: fact.errorCount,
    warningCount: fact.warningCount,
    level: fact.level,
    userId: orNull(fact.userId),
    sessionId: orNull(fact.sessionId),
    environment: fact.environment,
    version: orNull(fact.version),
    release: orNull(fact.release),
    tags: fact.tags,
    bookmarked: fact.bookmarked,
    public: fact.public,
  };
}

const rangeOf = (candidates: readonly Candidate[]) => ({
  from: candidates.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY),
  to: candidates.reduce((most, { at }) => Math.max(most, at), 0),
});

/**
 * The page's traces: which they are is found by narrow columns, then the others are read of those alone. One that was moved to another
 * time in between belongs to another place of the list and is passed over.
 */
async function listTraceFacts(reader: AnalyticsReader, projectId: string, scope: ListScope, page: PageRequest) {
  const narrowed = narrow('traces', scope);
  const { column, direction } = page.orderBy ?? { column: 'timestamp', direction: 'desc' };
  const order = traceOrder(column);
  const name = `${order.id}.${direction}`;
  const key = readCursor(page.cursor, name, [order.text ? 'string' : 'number', 'string']);
  const batches =
    name === 'timestamp.desc'
      ? newestFirst(reader, projectId, narrowed, key as [number, string] | null, page.limit + 1)
      : ordered(reader, projectId, narrowed, { ...order, direction }, key, page.limit + 1);
  const found: { facts: TraceFacts; scores: ScoreCell[]; key: (string | number)[] }[] = [];
  let waiting: Candidate[] = [];
  const read = async () => {
    const ids = waiting.map(({ trace_id }) => trace_id);
    if (ids.length === 0) return;
    const [facts, scores] = await Promise.all([
      readTraceFacts(reader, projectId, ids, 'preview', rangeOf(waiting)),
      readScoreCells(reader, projectId, ids),
    ]);
    for (const candidate of waiting) {
      const fact = facts.get(candidate.trace_id);
      if (fact?.at !== candidate.at) continue;
      found.push({
        facts: fact,
        scores: scores.get(candidate.trace_id) ?? [],
        key: [candidate.order_key ?? candidate.at, candidate.trace_id],
      });
    }
    waiting = [];
  };
  for await (const candidates of batches) {
    waiting.push(...candidates);
    if (found.length + waiting.length > page.limit) await read();
    if (found.length > page.limit) break;
  }
  await read();
  const last = found.length > page.limit ? found[page.limit - 1] : undefined;
  return { found: found.slice(0, page.limit), nextCursor: last ? writeCursor(name, last.key) : null };
}

/** Walks back in time, a window at a time, `size` candidates at once. */
async function* newestFirst(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  after: [number, string] | null,
  size: number,
): AsyncGenerator<Candidate[]> {
  const bounds = await boundsOf(reader, projectId, 'traces');
  if (!bounds) return;
  const start = Math.max(scope.from ?? bounds.start, bounds.start);
  const end = Math.min(scope.to ?? bounds.end, bounds.end, after ? after[0] + 1 : Number.POSITIVE_INFINITY);
  let last = after;
  const firstLook = scope.filter.length > 0 ? FIRST_FILTERED_LOOK : undefined;
  for (const window of windowsBack(bounds, start, end, firstLook)) {
    for (;;) {
      const query = new ProjectQuery(projectId);
      const set = traceSet(query, window, scope);
      const beyond = last ? ` WHERE (at, trace_id) < (${query.integer(last[0])}, ${query.text(last[1])})` : '';
      const candidates = await query.ask<Candidate>(
        reader,
        `SELECT trace_id, at FROM (\n${set}\n)${beyond}\nORDER BY at DESC, trace_id DESC LIMIT ${query.integer(size)}`,
      );
      if (candidates.length > 0) {
        const { at, trace_id } = candidates[candidates.length - 1]!;
        last = [at, trace_id];
        yield candidates;
      }
      if (candidates.length < size) break;
    }
  }
}

/** Any other ordering: the whole range is sorted for it. */
async function* ordered(
  reader: AnalyticsReader,
  projectId: string,
  scope: ListScope,
  order: { value: string; text: boolean; direction: 'asc' | 'desc' },
  after: (string | number)[] | null,
  size: number,
): AsyncGenerator<Candidate[]> {
  let last = after;
  for (;;) {
    const query = new ProjectQuery(projectId);
    const set = traceSet(query, scope, scope, { order_key: order.value });
    const compare = order.direction === 'asc' ? '>' : '<';
    const bound = last && (order.text ? query.text(String(last[0])) : query.number(Number(last[0])));
    const beyond = last ? ` WHERE (order_key, trace_id) ${compare} (${bound}, ${query.text(String(last[1]))})` : '';
    const direction = order.direction.toUpperCase();
    const candidates = await query.ask<Required<Candidate>>(
      reader,
      `SELECT trace_id, at, order_key FROM (\n${set}\n)${beyond}
ORDER BY order_key ${direction}, trace_id ${direction} LIMIT ${query.integer(size)}`,
    );
    if (candidates.length > 0) {
      const { order_key, trace_id } = candidates[candidates.length - 1]!;
      last = [order_key, trace_id];
      yield candidates;
    }
    if (candidates.length < size) return;
  }
}
