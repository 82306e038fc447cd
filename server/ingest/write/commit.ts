import { type Clock, uniqueMicros } from '../../lib/clock.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { readLogs } from '../../store/analytics/read-log.ts';
import type { RecordProjects } from '../../store/analytics/record-projects.ts';
import type { EventRow, ObservationRow, ScoreRow } from '../../store/analytics/rows.ts';
import { fillTools } from '../dialects/fill-tools.ts';
import type { PriceRows } from '../types.ts';
import { foldLogs } from './fold-logs.ts';
import { joinRecords } from './join-records.ts';

export interface CommitParts {
  store: AnalyticsStore;
  priceRows: PriceRows;
  clock: Clock;
  recordProjects: RecordProjects;
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
  parts: CommitParts,
): Promise<TouchedTraces> {
  const { store, priceRows, clock } = parts;
  const observations = [...rows];
  const scores: ScoreRow[] = [];
  const gone: EventRow[] = [];
  const touched: TouchedTraces = new Map();
  const records = events.filter(({ entity }) => entity === 'log');
  for (const { project_id } of records) parts.recordProjects.add(project_id);
  if (events.length > 0) {
    await store.insert({ events });
    const version = uniqueMicros(clock);
    const partial = events.filter(({ entity }) => entity !== 'log');
    const folded = foldLogs(partial.length > 0 ? await readLogs(store, partial) : [], version);
    folded.observations.forEach(fillTools);
    if (folded.observations.length > 0) await priceRows(folded.observations);
    observations.push(...folded.observations, ...folded.observationTombstones);
    scores.push(...folded.scores, ...folded.scoreTombstones);
    gone.push(...folded.eventTombstones);
  }
  await store.insert({ observations, scores });
  observations.push(...(await completeFromRecords(observations, records, parts)));
  // After the rows: should this fail, the log is longer than it need be and says the same.
  if (gone.length > 0) await store.insert({ events: gone });
  for (const row of observations) touch(touched, row.project_id, row.trace_id);
  for (const row of scores) if (row.trace_id !== '') touch(touched, row.project_id, row.trace_id);
  return touched;
}

/** Spans and log records meet, whichever came first: both are written, and are looked for by the one that came later. */
async function completeFromRecords(
  rows: readonly ObservationRow[],
  records: readonly EventRow[],
  { store, priceRows, clock, recordProjects }: CommitParts,
): Promise<ObservationRow[]> {
  const projects = new Set(rows.map(({ project_id }) => project_id));
  for (const projectId of projects) if (!(await recordProjects.have(store, projectId))) projects.delete(projectId);
  const spans = rows.filter(({ project_id }) => projects.has(project_id));
  if (spans.length + records.length === 0) return [];
  const completed = await joinRecords(store, spans, records, uniqueMicros(clock));
  if (completed.length === 0) return [];
  const uncounted = completed.filter(isUncounted);
  uncounted.forEach(forgetEstimate);
  if (uncounted.length > 0) await priceRows(uncounted);
  await store.insert({ observations: completed });
  return completed;
}

/** Tokens that nobody told are counted from the texts, which have changed. */
const isUncounted = (row: ObservationRow): boolean => row.usage_estimated || Object.keys(row.usage_details).length === 0;

function forgetEstimate(row: ObservationRow): void {
  if (!row.usage_estimated) return;
  const nothing = { usage_details: {}, usage_estimated: false, input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  Object.assign(row, nothing, row.cost_provided ? {} : { cost_details: {}, total_cost: null });
}

function touch(touched: TouchedTraces, projectId: string, traceId: string): void {
  const traces = touched.get(projectId);
  if (traces) traces.add(traceId);
  else touched.set(projectId, new Set([traceId]));
}
