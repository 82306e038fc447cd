-- One step of a trace, or (type TRACE) what was said of the trace itself. Columns are named exactly as ObservationRow's keys.
--
-- Identity is the sorting key: (project, hour of the start, trace, id, step or trace). The last part is there because senders use one id
-- for a trace and its first step (Langfuse's LangChain handlers do). The hour keeps the newest rows together, so that a list
-- reads only the end of the table; the highest row_version of one identity wins. A row whose start moves to another hour is written
-- with a tombstone (is_deleted = 1) under its old key. The partition (month, UTC) follows from the hour, therefore versions of one
-- row are always in one partition and FINAL need not merge across partitions.
CREATE TABLE IF NOT EXISTS {{table observations}}
(
    project_id LowCardinality(String),
    trace_id String CODEC(ZSTD(1)),
    id String CODEC(ZSTD(1)),
    parent_id String CODEC(ZSTD(1)),
    type LowCardinality(String),
    kind LowCardinality(String),
    name String CODEC(ZSTD(1)),
    start_time DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    end_time Nullable(DateTime64(6, 'UTC')) CODEC(Delta, ZSTD(1)),
    completion_start_time Nullable(DateTime64(6, 'UTC')) CODEC(Delta, ZSTD(1)),
    level Enum8('DEBUG' = 0, 'DEFAULT' = 1, 'WARNING' = 2, 'ERROR' = 3) DEFAULT 'DEFAULT',
    status_message String CODEC(ZSTD(1)),
    environment LowCardinality(String),
    release LowCardinality(String),
    version LowCardinality(String),

    model LowCardinality(String),
    model_parameters String CODEC(ZSTD(1)),
    usage_details Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    cost_details Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    total_cost Nullable(Float64) CODEC(ZSTD(1)),
    input_tokens Float64 CODEC(ZSTD(1)),
    output_tokens Float64 CODEC(ZSTD(1)),
    total_tokens Float64 CODEC(ZSTD(1)),
    cost_provided Bool,
    usage_estimated Bool,
    price_model_id LowCardinality(String),
    price_model_name LowCardinality(String),
    price_tier_id LowCardinality(String),
    price_tier_name LowCardinality(String),

    prompt_id LowCardinality(String),
    prompt_name LowCardinality(String),
    prompt_version Nullable(Int64) CODEC(ZSTD(1)),

    input String CODEC(ZSTD(1)),
    output String CODEC(ZSTD(1)),
    metadata Map(String, String) CODEC(ZSTD(1)),
    tool_definitions Map(String, String) CODEC(ZSTD(1)),
    tool_calls Array(String) CODEC(ZSTD(1)),
    tool_call_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
    events String CODEC(ZSTD(1)),
    links String CODEC(ZSTD(1)),

    trace_name LowCardinality(String),
    user_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    tags Array(LowCardinality(String)) CODEC(ZSTD(1)),
    public Bool,
    bookmarked Bool,
    edited Array(LowCardinality(String)),
    trace_input String CODEC(ZSTD(1)),
    trace_output String CODEC(ZSTD(1)),
    trace_metadata Map(String, String) CODEC(ZSTD(1)),
    is_app_root Bool,

    experiment_id String CODEC(ZSTD(1)),
    experiment_name LowCardinality(String),
    experiment_description String CODEC(ZSTD(1)),
    experiment_metadata String CODEC(ZSTD(1)),
    experiment_dataset_id LowCardinality(String),
    experiment_item_id String CODEC(ZSTD(1)),
    experiment_item_version Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    experiment_item_metadata String CODEC(ZSTD(1)),
    experiment_item_root_observation_id String CODEC(ZSTD(1)),
    experiment_item_expected_output String CODEC(ZSTD(1)),

    service_name LowCardinality(String),
    service_version LowCardinality(String),
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    telemetry_sdk_language LowCardinality(String),
    via LowCardinality(String),
    sdk_name LowCardinality(String),
    sdk_version LowCardinality(String),
    api_key LowCardinality(String),

    created_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    updated_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    row_version UInt64 CODEC(Delta, ZSTD(1)),
    is_deleted UInt8,

    INDEX by_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX by_id id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX by_parent parent_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_experiment experiment_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_created created_at TYPE minmax GRANULARITY 1,
    -- Whole words in any script, blind to case: hasAllTokens(input, 'refund 4711') and hasAnyTokens use these.
    INDEX words_of_name name TYPE text(tokenizer = unicodeWord, preprocessor = lowerUTF8(name)),
    INDEX words_of_input input TYPE text(tokenizer = unicodeWord, preprocessor = lowerUTF8(input)),
    INDEX words_of_output output TYPE text(tokenizer = unicodeWord, preprocessor = lowerUTF8(output))
)
ENGINE = {{engine ReplacingMergeTree(row_version, is_deleted)}}
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, toStartOfHour(start_time), trace_id, id, type = 'TRACE')
-- Acknowledged rows are on the disk, not in its cache: measured 3-10 ms an insert, shared by all requests of the group. Parts of one
-- insert stay compact (one data file instead of 160), so that there is little to sync.
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 33554432;

{{distributed observations by cityHash64(project_id, trace_id)}}
