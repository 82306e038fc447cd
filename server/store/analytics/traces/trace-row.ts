import { LEVELS, type Level } from '../../../../contract/observation.ts';
import type { Micros } from '../rows.ts';
import { type FoldedTrace, foldTrace, type TraceFoldRow } from './fold-trace.ts';

/** A trace's summary as its table names the columns; the conventions are those of rows.ts. Latency in seconds, cost in USD. */
export interface TraceRow {
  project_id: string;
  trace_id: string;
  timestamp: Micros;
  name: string;
  user_id: string;
  session_id: string;
  environment: string;
  version: string;
  release: string;
  tags: string[];
  public: boolean;
  bookmarked: boolean;
  level: Level;
  models: string[];
  latency: number | null;
  total_cost: number | null;
  input_cost: number;
  output_cost: number;
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  observation_count: number;
  error_count: number;
  warning_count: number;
  default_count: number;
  debug_count: number;
  dataset_ids: string[];
  experiment_id: string;
  experiment_name: string;
  metadata: Record<string, string>;
  input_preview: string;
  output_preview: string;
  input_row: string;
  input_column: string;
  output_row: string;
  output_column: string;
  root_id: string;
  first_start: Micros;
  last_start: Micros;
  created_at: Micros;
  updated_at: Micros;
  /** The newest version of its rows: when it was changed. */
  rows_version: number;
  row_version: number;
  deleted: boolean;
  is_deleted: 0 | 1;
}

const EMPTY: TraceRow = {
  project_id: '',
  trace_id: '',
  timestamp: 0,
  name: '',
  user_id: '',
  session_id: '',
  environment: 'default',
  version: '',
  release: '',
  tags: [],
  public: false,
  bookmarked: false,
  level: LEVELS[1]!,
  models: [],
  latency: null,
  total_cost: null,
  input_cost: 0,
  output_cost: 0,
  input_tokens: 0,
  output_tokens: 0,
  total_tokens: 0,
  observation_count: 0,
  error_count: 0,
  warning_count: 0,
  default_count: 0,
  debug_count: 0,
  dataset_ids: [],
  experiment_id: '',
  experiment_name: '',
  metadata: {},
  input_preview: '',
  output_preview: '',
  input_row: '',
  input_column: '',
  output_row: '',
  output_column: '',
  root_id: '',
  first_start: 0,
  last_start: 0,
  created_at: 0,
  updated_at: 0,
  rows_version: 0,
  row_version: 0,
  deleted: false,
  is_deleted: 0,
};

export const TRACE_COLUMNS = Object.keys(EMPTY) as (keyof TraceRow & string)[];

/** Characters of a trace's texts that its summary holds. */
export const TRACE_PREVIEW = 200;

/** The beginning of a text, whole characters; a copy, so that the whole is not held by it. */
export function beginningOf(text: string): string {
  if (text.length <= TRACE_PREVIEW) return text;
  let end = 0;
  for (let characters = 0; characters < TRACE_PREVIEW && end < text.length; characters++) {
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  }
  return end === text.length ? text : Buffer.from(text.slice(0, end)).toString();
}

/** Takes a summary away from where it stands. */
export const traceTombstone = (projectId: string, traceId: string, hour: Micros, version: number): TraceRow => ({
  ...EMPTY,
  project_id: projectId,
  trace_id: traceId,
  timestamp: hour,
  row_version: version,
  is_deleted: 1,
});

/** The summary of a trace that has rows, and the fold that it was made from. */
export function summarise(
  projectId: string,
  rows: readonly (TraceFoldRow & { row_version: number })[],
  version: number,
): { row: TraceRow; fold: FoldedTrace } {
  const fold = foldTrace(rows)!;
  let [first, last, newest] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const { start_time, row_version } of rows) {
    newest = Math.max(newest, row_version);
    first = Math.min(first, start_time);
    last = Math.max(last, start_time);
  }
  const row: TraceRow = {
    project_id: projectId,
    trace_id: fold.id,
    timestamp: fold.timestamp,
    name: fold.name ?? '',
    user_id: fold.userId ?? '',
    session_id: fold.sessionId ?? '',
    environment: fold.environment,
    version: fold.version ?? '',
    release: fold.release ?? '',
    tags: fold.tags,
    public: fold.public,
    bookmarked: fold.bookmarked,
    level: fold.level,
    models: fold.models,
    latency: fold.latency,
    total_cost: fold.totalCost,
    input_cost: fold.inputCost,
    output_cost: fold.outputCost,
    input_tokens: fold.inputTokens,
    output_tokens: fold.outputTokens,
    total_tokens: fold.totalTokens,
    observation_count: fold.observationCount,
    error_count: fold.errorCount,
    warning_count: fold.warningCount,
    default_count: fold.defaultCount,
    debug_count: fold.debugCount,
    dataset_ids: fold.datasetIds,
    experiment_id: fold.experimentId,
    experiment_name: fold.experimentName,
    metadata: fold.metadata,
    input_preview: beginningOf(fold.input ?? ''),
    output_preview: beginningOf(fold.output ?? ''),
    input_row: fold.inputPlace?.id ?? '',
    input_column: fold.inputPlace?.column ?? '',
    output_row: fold.outputPlace?.id ?? '',
    output_column: fold.outputPlace?.column ?? '',
    root_id: fold.rootObservationId ?? '',
    first_start: first,
    last_start: last,
    created_at: fold.createdAt,
    updated_at: fold.updatedAt,
    rows_version: newest,
    row_version: version,
    deleted: false,
    is_deleted: 0,
  };
  return { row, fold };
}
