import type { Micros, ObservationRow, ScoreRow } from '../../store/analytics/rows.ts';

/** 2100-01-01: the engine counts hours and days up to 2106 only, and a sorting key that wraps around would hide rows. */
const LATEST: Micros = Date.UTC(2100, 0, 1) * 1000;

/** A time that the tables can hold and sort by: whole microseconds from 1970 to 2100; nonsense is cut to the nearer end. */
export function storableTime(time: Micros): Micros {
  if (!(time > 0)) return 0;
  return time < LATEST ? Math.round(time) : LATEST;
}

const storableTimeOrNull = (time: Micros | null): Micros | null => (time === null ? null : storableTime(time));

/**
 * Makes an observation row one that the engine takes, in place: one odd number of a sender must not cost its whole request. Numbers that
 * are none become 0 or null, times are cut to what can be stored.
 */
export function makeStorable(row: ObservationRow): void {
  row.start_time = storableTime(row.start_time);
  row.end_time = storableTimeOrNull(row.end_time);
  row.completion_start_time = storableTimeOrNull(row.completion_start_time);
  row.experiment_item_version = storableTimeOrNull(row.experiment_item_version);
  row.created_at = storableTime(row.created_at);
  row.updated_at = storableTime(row.updated_at);
  if (row.prompt_version !== null && !Number.isSafeInteger(row.prompt_version)) row.prompt_version = null;
  dropNonNumbers(row.usage_details);
  dropNonNumbers(row.cost_details);
}

/** The same for a score. */
export function makeScoreStorable(row: ScoreRow): void {
  row.timestamp = storableTime(row.timestamp);
  row.created_at = storableTime(row.created_at);
  row.updated_at = storableTime(row.updated_at);
}

function dropNonNumbers(map: Record<string, number>): void {
  for (const key in map) if (!Number.isFinite(map[key])) delete map[key];
}
