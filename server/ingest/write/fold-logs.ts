import type { EntityLog } from '../../store/analytics/read-log.ts';
import { type EventRow, emptyObservation, type Micros, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';
import { foldObservation, foldScore, foldTrace, possibleStarts, possibleTraces } from './fold.ts';
import { makeScoreStorable, makeStorable, storableTime } from './storable.ts';

/** What the logs of some entities come to. */
export interface FoldedRows {
  /** Whole rows without price. */
  observations: ObservationRow[];
  scores: ScoreRow[];
  /** Deletes rows that were written under another sorting key while the log was shorter. */
  observationTombstones: ObservationRow[];
  scoreTombstones: ScoreRow[];
  /** Take events of deleted scores out of the log, with what they say. */
  eventTombstones: EventRow[];
}

/** Type of the event that deletes its score: everything that was received before it is gone. */
export const SCORE_DELETE = 'score-delete';

const HOUR: Micros = 3_600_000_000;
const DAY: Micros = 24 * HOUR;
const floor = (time: Micros, unit: Micros): Micros => Math.floor(storableTime(time) / unit) * unit;

/**
 * Folds whole logs into rows, and finds the keys that must not hold a row any more.
 *
 * The start of a row is part of its sorting key (as hour or day), and so is the trace of an observation; both may change when an earlier
 * event arrives late. Which of them a row was written with is not asked: another process may be about to write, or a crash may have come
 * between. Instead every key that any part of the log could have led to is cleared, save the one that the whole log leads to. For almost
 * every entity these are the same one, and nothing is cleared.
 *
 * @param version taken before the logs were read, so that of two folds of one log the one that saw more wins
 */
export function foldLogs(logs: readonly EntityLog[], version: number): FoldedRows {
  const folded: FoldedRows = {
    observations: [],
    scores: [],
    observationTombstones: [],
    scoreTombstones: [],
    eventTombstones: [],
  };
  for (const log of logs) {
    if (log.entity === 'score') addScore(folded, log, version);
    else addObservation(folded, log, version);
  }
  return folded;
}

function addObservation(folded: FoldedRows, { entity, events }: EntityLog, version: number): void {
  const row = entity === 'trace' ? foldTrace(events) : foldObservation(events);
  if (!row) return;
  makeStorable(row);
  row.row_version = version;
  folded.observations.push(row);
  if (events.length === 1) return;
  const hours = new Set(possibleStarts(events).map((start) => floor(start, HOUR)));
  const traces = entity === 'trace' ? [row.trace_id] : [...new Set([row.trace_id, ...possibleTraces(events)])];
  for (const hour of hours) {
    for (const trace of traces) {
      if (hour === floor(row.start_time, HOUR) && trace === row.trace_id) continue;
      const tombstone = emptyObservation(row.project_id, trace, row.id);
      folded.observationTombstones.push({
        ...tombstone,
        type: row.type,
        start_time: hour,
        row_version: version,
        is_deleted: 1,
      });
    }
  }
}

/**
 * A deletion counts by when it was received, not by event time: senders' clocks may run ahead of ours. What comes after it makes the
 * score anew; what came before it and is sent again stays gone, because its key in the log holds a tombstone.
 */
function addScore(folded: FoldedRows, { events }: EntityLog, version: number): void {
  const deletions = events.filter(({ event_type }) => event_type === SCORE_DELETE);
  const deletedAt = Math.max(0, ...deletions.map(({ received_at }) => received_at));
  const said = events.filter(({ event_type }) => event_type !== SCORE_DELETE);
  const alive = said.filter(({ received_at }) => received_at > deletedAt);
  const row = foldScore(alive);
  if (row) {
    row.row_version = version;
    folded.scores.push(row);
  }
  const any = row ?? foldScore(said);
  if (!any) return;
  makeScoreStorable(any);
  for (const day of new Set(possibleStarts(said).map((start) => floor(start, DAY)))) {
    if (row && day === floor(row.timestamp, DAY)) continue;
    folded.scoreTombstones.push({
      ...any,
      timestamp: day,
      metadata: {},
      comment: '',
      string_value: '',
      value: null,
      row_version: version,
      is_deleted: 1,
    });
  }
  const gone = [...said.filter((event) => !alive.includes(event)), ...deletions.filter((event) => event.received_at < deletedAt)];
  folded.eventTombstones.push(...gone.map((event) => ({ ...event, body: '', received_at: 0 })));
}
