import type { EventRow, Micros, ObservationRow, ScoreRow } from './rows.ts';

/**
 * The analytics store: all facts (observations, scores, events of the partial-update protocol).
 *
 * - **Durable.** A promise of `insert` that resolves means: written, and visible to the next query. A rejected one means nothing is
 *   known; sending the same rows again is safe because identity and version decide, not arrival.
 * - **Ownership.** Rows given are not changed and not kept.
 * - **Order.** None is promised between inserts; `row_version` decides which row of one identity wins.
 * - **Reads** never see deleted rows or older versions: every read is FINAL. An empty answer is an empty array.
 * - **Binding.** Values go in as bound parameters only (`{name:Type}`); SQL text never holds a value.
 * - **Errors.** `AppError` 503 when the engine cannot be reached or cannot write (disk full says so); anything else is our bug.
 */
export interface AnalyticsStore extends AnalyticsReader {
  /** Writes rows in one insert per table. */
  insert(rows: InsertRows): Promise<void>;
  /** Deletes the rows of a whole project from every table; hidden when it resolves. */
  deleteProject(projectId: string): Promise<void>;
  /**
   * Deletes what is older than the UTC day of `before` (µs) from every table: observations by their start, scores by their timestamp,
   * events by their time; hidden when it resolves. Whole days, because versions of one row may differ in time within a day.
   */
  deleteBefore(projectId: string, before: Micros): Promise<void>;
  /** Deletes traces with their observations, scores and events; hidden when it resolves. */
  deleteTraces(projectId: string, traceIds: readonly string[]): Promise<void>;
  /** Round trip to the engine in ms. @throws when it does not answer. */
  ping(): Promise<number>;
  close(): Promise<void>;
}

/** What a reader may do: ask. */
export interface AnalyticsReader {
  /**
   * Runs one SELECT (no FORMAT clause) and returns its rows. 64-bit integers come back as numbers, DateTime64 columns must be selected
   * as `toUnixTimestamp64Micro(x)`. `settings` are ClickHouse settings for this query.
   */
  query<Row>(sql: string, params?: Record<string, unknown>, settings?: Record<string, string | number>): Promise<Row[]>;
}

export interface InsertRows {
  observations?: readonly ObservationRow[];
  scores?: readonly ScoreRow[];
  events?: readonly EventRow[];
}
