/** A value for `{name:Type}` in a query. */
export type Params = Record<string, unknown>;
/** ClickHouse settings of one query. */
export type Settings = Record<string, string | number>;

/** What the store needs of a ClickHouse, embedded or on the network. Errors are the engine's own; the store maps them. */
export interface Engine {
  /** Rows of one SELECT without FORMAT clause. */
  select<Row>(sql: string, params: Params, settings: Settings): Promise<Row[]>;
  /** Runs a statement that returns nothing. */
  command(sql: string, params?: Params): Promise<void>;
  /** Writes rows (JSONCompactEachRow: an array of values a line) into a table. The buffer may not change until the promise settles. */
  insert(table: string, columns: readonly string[], rows: Buffer): Promise<void>;
  close(): Promise<void>;
}

/**
 * Settings of every read. FINAL is made cheap by reading partitions apart (all versions of a row are in one partition, see the
 * schema) and by letting skip indexes cut granules before the merge; the engine adds back granules that hold newer versions.
 *
 * Seen in EXPLAIN (26.7): under FINAL nothing is ever read in reverse order, so the newest rows are found by sorting all rows that the
 * conditions leave. `start_time > …` cuts by the hour in the sorting key; 500,000 rows: 8 ms with the last day, 100 ms without. Lists
 * therefore widen a window of time instead of leaving it out.
 *
 * A query ends after a minute: the embedded engine cannot be told to stop one, and it holds a connection. An answer has a bound in bytes,
 * because it is held in memory and parsed: a page of very large rows is refused and not begun.
 */
export const READ_SETTINGS: Settings = {
  max_execution_time: 60,
  max_result_bytes: 128 * 1024 * 1024,
  result_overflow_mode: 'throw',
  final: 1,
  do_not_merge_across_partitions_select_final: 1,
  use_skip_indexes_if_final: 1,
  use_skip_indexes_if_final_exact_mode: 1,
  optimize_move_to_prewhere_if_final: 1,
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_64bit_floats: 0,
  output_format_json_quote_denormals: 0,
  output_format_json_named_tuples_as_objects: 1,
};

/**
 * Settings of every insert. One replay may hold spans of many months, each its own partition. Parsing with one thread costs a third to
 * a half less CPU time than in parallel and is faster on two busy cores.
 */
export const INSERT_SETTINGS: Settings = {
  max_partitions_per_insert_block: 0,
  max_threads: 1,
  max_insert_threads: 1,
  input_format_parallel_parsing: 0,
  input_format_null_as_default: 1,
};
