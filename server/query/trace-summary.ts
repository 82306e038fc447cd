/** Columns of the summaries of traces (server/store/analytics/traces), which are `fold-trace.ts` made at the time of writing. */

/** Rows that are steps, as opposed to what was said of the trace itself. */
export const IS_STEP = "type != 'TRACE'";

/** Expressions over `traces` by what they give. Texts are empty and numbers null where nobody said anything. */
export const TRACE = {
  name: 'name',
  timestamp: 'timestamp',
  userId: 'user_id',
  sessionId: 'session_id',
  environment: 'environment',
  version: 'version',
  release: 'release',
  tags: 'tags',
  public: 'public',
  bookmarked: 'bookmarked',
  input: 'input_preview',
  output: 'output_preview',
  level: 'level',
  models: 'models',
  latency: 'latency',
  totalCost: 'total_cost',
  inputCost: 'input_cost',
  outputCost: 'output_cost',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  totalTokens: 'total_tokens',
  observationCount: 'observation_count',
  errorCount: 'error_count',
  warningCount: 'warning_count',
  defaultCount: 'default_count',
  debugCount: 'debug_count',
  datasetIds: 'dataset_ids',
  updatedAt: 'toUnixTimestamp64Micro(updated_at)',
  createdAt: 'toUnixTimestamp64Micro(created_at)',
} as const;
