import type { Level, ObservationType } from '../../../contract/observation.ts';

/**
 * Rows of the analytics store, exactly as its tables name their columns, so that writing one is `JSON.stringify` and nothing else.
 *
 * Times are integers: microseconds since the Unix epoch. An empty string means "none" in every text column (`parent_id`, `user_id`,
 * `input`, …); null stands only where the type says so. Texts hold JSON where the sender gave JSON, else plain text.
 */

/** Microseconds since the Unix epoch. */
export type Micros = number;

/** How a row came in. `page` is an edit made in the web app. */
export type Via = 'otlp-http' | 'otlp-grpc' | 'langfuse-batch' | 'page' | 'api';

/**
 * One step of a trace; or, with type `TRACE` and `id` = `trace_id`, what was said of the trace itself (`trace-create` events, edits).
 * Identity is (project_id, trace_id, id). A trace is the fold of all rows with its trace id.
 */
export interface ObservationRow {
  project_id: string;
  trace_id: string;
  id: string;
  parent_id: string;
  type: ObservationType | 'TRACE';
  /** OpenTelemetry span kind: INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER or empty. */
  kind: string;
  name: string;
  start_time: Micros;
  end_time: Micros | null;
  /** First token. */
  completion_start_time: Micros | null;
  level: Level;
  status_message: string;
  environment: string;
  release: string;
  version: string;

  /** Model as the sender named it. */
  model: string;
  /** The id that the provider gave to its answer (`gen_ai.response.id`): two steps with one id tell of one call. */
  response_id: string;
  /** JSON object. */
  model_parameters: string;
  /** Units by usage type (`input`, `output`, `input_cached_tokens`, …, `total`). */
  usage_details: Record<string, number>;
  /** USD by usage type, with `total`. */
  cost_details: Record<string, number>;
  total_cost: number | null;
  /** Sums over usage types whose name contains `input` / `output`; and `usage_details.total`. */
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  /** True when the sender gave the cost: nothing is computed and re-pricing leaves the row alone. */
  cost_provided: boolean;
  /** True when tokens were counted by us. */
  usage_estimated: boolean;
  /**
   * Set by the store: whether the row says again what another step of its trace says (contract/usage/repeats.ts). Bit 0: its tokens do not
   * count, bit 1: its cost does not.
   */
  repeats: number;
  /** The step that counts in its place, or `descendants`; and why. Empty when it repeats nothing. */
  repeat_of: string;
  repeat_reason: string;
  /** Id and name of the model in the price book that priced the row, and its tier. */
  price_model_id: string;
  price_model_name: string;
  price_tier_id: string;
  price_tier_name: string;

  prompt_id: string;
  prompt_name: string;
  prompt_version: number | null;

  input: string;
  output: string;
  /** Which of them log records told, because the span did not: `input`, `output`, or both with a blank between. */
  logged_io: '' | 'input' | 'output' | 'input output';
  /** Flat: nested objects become `a.b` paths; values are text or JSON. */
  metadata: Record<string, string>;
  /** Tool name -> JSON {description, parameters}. */
  tool_definitions: Record<string, string>;
  /** JSON {id, name, arguments, type, index} each. */
  tool_calls: string[];
  tool_call_names: string[];
  /** JSON array of {name, time (ISO), attributes}. Empty string when none. */
  events: string;
  /** JSON array of {traceId, spanId, attributes}. Empty string when none. */
  links: string;

  /** What this row says of its trace; a trace's value is the latest non-empty one. */
  trace_name: string;
  user_id: string;
  session_id: string;
  tags: string[];
  public: boolean;
  bookmarked: boolean;
  /** On a TRACE row: which of `tags` and `public` a person settled in the app. Its value then stands, whatever spans say. */
  edited: string[];
  trace_input: string;
  trace_output: string;
  trace_metadata: Record<string, string>;
  /** The logical root of its trace although it may have a parent. */
  is_app_root: boolean;

  experiment_id: string;
  experiment_name: string;
  experiment_description: string;
  /** JSON objects. */
  experiment_metadata: string;
  experiment_dataset_id: string;
  experiment_item_id: string;
  experiment_item_version: Micros | null;
  experiment_item_metadata: string;
  experiment_item_root_observation_id: string;
  experiment_item_expected_output: string;

  service_name: string;
  service_version: string;
  scope_name: string;
  scope_version: string;
  telemetry_sdk_language: string;
  via: Via;
  sdk_name: string;
  sdk_version: string;
  /** Public key that brought the row. */
  api_key: string;

  created_at: Micros;
  updated_at: Micros;
  /** Orders versions of one row: the highest wins. From `uniqueMicros`. */
  row_version: number;
  is_deleted: 0 | 1;
}

/** One score. Identity is (project_id, id). */
export interface ScoreRow {
  project_id: string;
  id: string;
  timestamp: Micros;
  name: string;
  data_type: 'NUMERIC' | 'CATEGORICAL' | 'BOOLEAN' | 'TEXT' | 'CORRECTION';
  source: 'API' | 'EVAL' | 'ANNOTATION';
  /** Number of NUMERIC and BOOLEAN scores, the category's number of CATEGORICAL ones (0 without a config), 0 of a CORRECTION, null of a TEXT. */
  value: number | null;
  string_value: string;
  comment: string;
  metadata: Record<string, string>;
  trace_id: string;
  observation_id: string;
  session_id: string;
  dataset_run_id: string;
  /** The trace of the evaluator that produced the score. */
  execution_trace_id: string;
  config_id: string;
  queue_id: string;
  author_user_id: string;
  environment: string;
  via: Via;
  api_key: string;
  created_at: Micros;
  updated_at: Micros;
  row_version: number;
  is_deleted: 0 | 1;
}

/**
 * One event of the partial-update protocol, or one log record of OTLP, kept as it came: the row it belongs to is the fold of all its events
 * in order of (event_time, create before update, event_id); log records complete the row of their span (server/ingest/logs). Identity is (project_id, entity, entity_id, event_time, event_id).
 */
export interface EventRow {
  project_id: string;
  entity: 'trace' | 'observation' | 'score' | 'log';
  /** Of a log record: `logEntityId` of its trace and span. */
  entity_id: string;
  event_id: string;
  event_time: Micros;
  /** Wire type, e.g. `generation-update`. */
  event_type: string;
  /** JSON of the validated event body. */
  body: string;
  api_key: string;
  sdk_name: string;
  sdk_version: string;
  /** 0 makes a tombstone of it: the event is gone, also when it is sent again. */
  received_at: Micros;
}

/** An observation row with nothing in it, to be spread and filled. */
export function emptyObservation(projectId: string, traceId: string, id: string): ObservationRow {
  return {
    project_id: projectId,
    trace_id: traceId,
    id,
    parent_id: '',
    type: 'SPAN',
    kind: '',
    name: '',
    start_time: 0,
    end_time: null,
    completion_start_time: null,
    level: 'DEFAULT',
    status_message: '',
    environment: 'default',
    release: '',
    version: '',
    model: '',
    response_id: '',
    model_parameters: '',
    usage_details: {},
    cost_details: {},
    total_cost: null,
    input_tokens: 0,
    output_tokens: 0,
    total_tokens: 0,
    cost_provided: false,
    usage_estimated: false,
    repeats: 0,
    repeat_of: '',
    repeat_reason: '',
    price_model_id: '',
    price_model_name: '',
    price_tier_id: '',
    price_tier_name: '',
    prompt_id: '',
    prompt_name: '',
    prompt_version: null,
    input: '',
    output: '',
    logged_io: '',
    metadata: {},
    tool_definitions: {},
    tool_calls: [],
    tool_call_names: [],
    events: '',
    links: '',
    trace_name: '',
    user_id: '',
    session_id: '',
    tags: [],
    public: false,
    bookmarked: false,
    edited: [],
    trace_input: '',
    trace_output: '',
    trace_metadata: {},
    is_app_root: false,
    experiment_id: '',
    experiment_name: '',
    experiment_description: '',
    experiment_metadata: '',
    experiment_dataset_id: '',
    experiment_item_id: '',
    experiment_item_version: null,
    experiment_item_metadata: '',
    experiment_item_root_observation_id: '',
    experiment_item_expected_output: '',
    service_name: '',
    service_version: '',
    scope_name: '',
    scope_version: '',
    telemetry_sdk_language: '',
    via: 'api',
    sdk_name: '',
    sdk_version: '',
    api_key: '',
    created_at: 0,
    updated_at: 0,
    row_version: 0,
    is_deleted: 0,
  };
}

/** The entity of a span's log records. Ids of OpenTelemetry hold no blanks; others lead to a name of its own too. */
export const logEntityId = (traceId: string, spanId: string): string => `${traceId} ${spanId}`;
