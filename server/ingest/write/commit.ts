import { type Clock, uniqueMicros } from '../../lib/clock.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { readLogs } from '../../store/analytics/read-log.ts';
import type { EventRow, ObservationRow, ScoreRow } from '../../store/analytics/rows.ts';
import { fillTools } from '../dialects/fill-tools.ts';
import type { PriceRows } from '../types.ts';
import { foldLogs } from './fold-logs.ts';

export interface CommitParts {
  store: AnalyticsStore;
  priceRows: PriceRows;
  clock: Clock;
}

/** Traces that a commit touched, by project. */
export type TouchedTraces = Map<string, Set<string>>;

/**
 * Stores whole rows, and folds events into theirs: the log is written first, then a version is taken, then the log of every touched
 * entity is read and folded. Whatever arrives in whatever order, in however many processes, and however often: the fold that saw the
 * whole log has the highest version, because it took it after the last event had been written.
 *
 * Doing it again is safe. When it fails half-way the log may be longer than the rows show; the next commit of the entity, or the sender's
 * retry, completes it.
 */
export async function commit(
  rows: readonly ObservationRow[],
  events: readonly EventRow[],
  { store, priceRows, clock }: CommitParts,
): Promise<TouchedTraces> {
  const observations = [...rows];
  const scores: ScoreRow[] = [];
  const gone: EventRow[] = [];
  const touched: TouchedTraces = new Map();
  if (events.length > 0) {
    await store.insert({ events });
    const version = uniqueMicros(clock);
    const folded = foldLogs(await readLogs(store, events), version);
    folded.observations.forEach(fillTools);
    if (folded.observations.length > 0) await priceRows(folded.observations);
    observations.push(...folded.observations, ...folded.observationTombstones);
    scores.push(...folded.scores, ...folded.scoreTombstones);
    gone.push(...folded.eventTombstones);
  }
  await store.insert({ observations, scores });
  // After the rows: should this fail, the log is longer than it need be and says the same.
  if (gone.length > 0) await store.insert({ events: gone });
  for (const row of observations) touch(touched, row.project_id, row.trace_id);
  for (const row of scores) if (row.trace_id !== '') touch(touched, row.project_id, row.trace_id);
  return touched;
}

function touch(touched: TouchedTraces, projectId: string, traceId: string): void {
  const traces = touched.get(projectId);
  if (traces) traces.add(traceId);
  else touched.set(projectId, new Set([traceId]));
}
