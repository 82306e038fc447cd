import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros, ObservationRow } from '../store/analytics/rows.ts';
import { readObservations } from './read-observations.ts';
import { SELECT_SCORE, type StoredScore, scoreOf } from './read-scores.ts';
import { type RowRange, readTraceFacts, readTraceMetadata, type TraceFacts } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { IS_STEP } from './trace-summary.ts';

/**
 * What was written in a span of time. What is written again within it is in it once, as it is now; what is written again after it
 * is in the span of that time and not in this one, so that spans which follow each other miss nothing.
 */
export interface Changes {
  /** Of the writing, µs: later than this. */
  after: Micros;
  /** Of the writing, µs: up to and with this. */
  until: Micros;
  /** Of the facts themselves: not earlier than this. */
  since?: Micros | undefined;
}

/** Keys that are looked up at once; they are small. */
const KEYS = 5000;
/** Rows that are read at once, as long as their texts are small. */
const MAX_ROWS = 2_500;
/** Texts that are held at once, bytes; one row may have more. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Ids of traces that are looked up at once: each look-up folds what is beyond the last. */
const TRACE_KEYS = 50_000;
/**
 * Traces whose texts and metadata are folded at once, as long as they are small: what a fold costs is mostly to find the rows, however few
 * of them. With 50 at a time an export wrote 94 traces a second.
 */
const MAX_TRACES = 2_000;

const written = (query: ProjectQuery, { after, until }: Changes, version = 'row_version') =>
  `${version} > ${query.integer(after)} AND ${version} <= ${query.integer(until)}`;

/** Steps, in the order of the table (hour of the start, trace, id), a batch at a time. */
export async function* changedObservations(
  reader: AnalyticsReader,
  projectId: string,
  changes: Changes,
): AsyncGenerator<ObservationRow[]> {
  type Key = { hour: number; trace_id: string; id: string; bytes: number };
  let last: Key | undefined;
  for (;;) {
    const query = new ProjectQuery(projectId);
    const beyond = last && [
      `start_time >= ${query.time(last.hour * 1e6)}`,
      `(toUnixTimestamp(toStartOfHour(start_time)), trace_id, id) > (${query.integer(last.hour)}, ${query.text(last.trace_id)}, ${query.text(last.id)})`,
    ];
    const keys = await query.ask<Key>(
      reader,
      `SELECT toUnixTimestamp(toStartOfHour(start_time)) AS hour, trace_id, id, length(input) + length(output) + length(toString(metadata)) AS bytes
${query.from('observations', IS_STEP, written(query, changes), since(query, 'start_time', changes), ...(beyond ?? []))}
ORDER BY hour, trace_id, id LIMIT ${query.integer(KEYS)}`,
    );
    for (const batch of batches(keys)) {
      const range = { from: batch[0]!.hour * 1e6, to: (batch.at(-1)!.hour + 3600) * 1e6 };
      const rows = await readObservations(reader, projectId, batch, [], range);
      // A row that was written again since the keys were read belongs to a later span.
      const still = rows.filter(({ row_version }) => row_version <= changes.until);
      if (still.length > 0) yield still;
    }
    if (keys.length < KEYS) return;
    last = keys.at(-1);
  }
}

/** A trace as it is folded from all its rows. */
export interface WholeTrace {
  facts: TraceFacts;
  /** Flat, as stored. */
  metadata: Record<string, string>;
}

/** Traces of which any row was written, by the hour of their first row and by id, a batch at a time. */
export async function* changedTraces(reader: AnalyticsReader, projectId: string, changes: Changes): AsyncGenerator<WholeTrace[]> {
  let last: { hour: number; trace_id: string } | undefined;
  for (;;) {
    const query = new ProjectQuery(projectId);
    const early = changes.since === undefined ? undefined : `timestamp >= ${query.time(changes.since)}`;
    const changed = query.from('traces', written(query, changes, 'rows_version'), early);
    const beyond = last ? ` HAVING (hour, trace_id) > (${query.integer(last.hour)}, ${query.text(last.trace_id)})` : '';
    const found = await query.ask<TraceKey>(
      reader,
      `SELECT ${TRACE_KEY}
${query.from('observations', `trace_id IN (SELECT trace_id ${changed})`)}
GROUP BY trace_id${beyond}
ORDER BY hour, trace_id LIMIT ${query.integer(TRACE_KEYS)}`,
    );
    yield* inPortions(reader, projectId, found);
    if (found.length < TRACE_KEYS) return;
    last = found.at(-1);
  }
}

/**
 * What is to be known of a trace to fold many at once: where its rows are, and about how many bytes they hold. Most texts are those of its
 * root.
 */
const TRACE_KEY = `trace_id, toUnixTimestamp(toStartOfHour(min(start_time))) AS hour, toUnixTimestamp64Micro(min(start_time)) AS first,
  toUnixTimestamp64Micro(max(start_time)) AS latest,
  toInt64(sum(length(trace_input) + length(trace_output) + if(parent_id = '', length(input) + length(output), 0)
    + length(toString(metadata)))) AS bytes`;

interface TraceKey {
  trace_id: string;
  hour: number;
  first: Micros;
  latest: Micros;
  bytes: number;
}

async function* inPortions(reader: AnalyticsReader, projectId: string, keys: readonly TraceKey[]): AsyncGenerator<WholeTrace[]> {
  for (const batch of batches(keys, MAX_TRACES)) {
    const ids = batch.map(({ trace_id }) => trace_id);
    const from = batch.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY);
    const to = batch.reduce((most, { latest }) => Math.max(most, latest), 0);
    yield await wholeTraces(reader, projectId, ids, { from, to });
  }
}

/** Traces whole, in the given order, as many at once as memory allows. */
export async function* wholeTracesInPortions(
  reader: AnalyticsReader,
  projectId: string,
  ids: readonly string[],
): AsyncGenerator<WholeTrace[]> {
  if (ids.length === 0) return;
  const query = new ProjectQuery(projectId);
  const found = await query.ask<TraceKey>(
    reader,
    `SELECT ${TRACE_KEY}\n${query.from('observations', `trace_id IN ${query.texts(ids)}`)}\nGROUP BY trace_id`,
  );
  const keys = new Map(found.map((key) => [key.trace_id, key]));
  yield* inPortions(
    reader,
    projectId,
    ids.flatMap((id) => keys.get(id) ?? []),
  );
}

/** Traces whole, in the given order; unknown ones are left out. `rows`: where in time all their rows are, if that is known. */
export async function wholeTraces(
  reader: AnalyticsReader,
  projectId: string,
  ids: readonly string[],
  rows?: RowRange,
): Promise<WholeTrace[]> {
  const [facts, metadata] = await Promise.all([
    readTraceFacts(reader, projectId, ids, 'whole', rows),
    readTraceMetadata(reader, projectId, ids, rows),
  ]);
  return ids.flatMap((id) => {
    const found = facts.get(id);
    return found ? [{ facts: found, metadata: metadata.get(id) ?? {} }] : [];
  });
}

/** Scores, in the order of the table (day, id), a batch at a time. */
export async function* changedScores(
  reader: AnalyticsReader,
  projectId: string,
  changes: Changes,
): AsyncGenerator<StoredScore[]> {
  let last: { day: number; id: string } | undefined;
  for (;;) {
    const query = new ProjectQuery(projectId);
    const beyond = last && `(toUInt32(toDate(timestamp)), id) > (${query.integer(last.day)}, ${query.text(last.id)})`;
    const rows = await query.ask<Record<string, unknown> & { day: number; id: string }>(
      reader,
      `SELECT toUInt32(toDate(timestamp)) AS day, ${SELECT_SCORE}
${query.from('scores', written(query, changes), since(query, 'timestamp', changes), beyond)}
ORDER BY day, id LIMIT ${query.integer(MAX_ROWS)}`,
    );
    if (rows.length > 0) yield rows.map(scoreOf);
    if (rows.length < MAX_ROWS) return;
    last = rows.at(-1);
  }
}

const since = (query: ProjectQuery, column: string, changes: Changes) =>
  changes.since === undefined ? undefined : `${column} >= ${query.time(changes.since)}`;

function* batches<Key extends { bytes: number }>(keys: readonly Key[], most = MAX_ROWS): Generator<Key[]> {
  let batch: Key[] = [];
  let bytes = 0;
  for (const key of keys) {
    if (batch.length > 0 && (batch.length >= most || bytes + key.bytes > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(key);
    bytes += key.bytes;
  }
  if (batch.length > 0) yield batch;
}
