-- What a trace is, folded from its rows (traces/fold-trace.ts) and written with them, so that lists read one row a trace. Columns are named
-- as TraceRow's keys. `timestamp` may move when an earlier row arrives: the summary under the old hour then gets a tombstone.
CREATE TABLE IF NOT EXISTS {{table traces}}
(
    project_id LowCardinality(String),
    trace_id String CODEC(ZSTD(1)),
    timestamp DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    name LowCardinality(String),
    user_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    environment LowCardinality(String),
    version LowCardinality(String),
    release LowCardinality(String),
    tags Array(LowCardinality(String)) CODEC(ZSTD(1)),
    public Bool,
    bookmarked Bool,
    level Enum8('DEBUG' = 0, 'DEFAULT' = 1, 'WARNING' = 2, 'ERROR' = 3) DEFAULT 'DEFAULT',
    models Array(LowCardinality(String)) CODEC(ZSTD(1)),
    latency Nullable(Float64) CODEC(ZSTD(1)),
    total_cost Nullable(Float64) CODEC(ZSTD(1)),
    input_cost Float64 CODEC(ZSTD(1)),
    output_cost Float64 CODEC(ZSTD(1)),
    input_tokens Float64 CODEC(ZSTD(1)),
    output_tokens Float64 CODEC(ZSTD(1)),
    total_tokens Float64 CODEC(ZSTD(1)),
    observation_count UInt32 CODEC(ZSTD(1)),
    error_count UInt32 CODEC(ZSTD(1)),
    warning_count UInt32 CODEC(ZSTD(1)),
    default_count UInt32 CODEC(ZSTD(1)),
    debug_count UInt32 CODEC(ZSTD(1)),
    dataset_ids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    experiment_id String CODEC(ZSTD(1)),
    experiment_name LowCardinality(String),
    metadata Map(String, String) CODEC(ZSTD(1)),
    -- The beginnings of the texts, and which row has them whole: its id and column.
    input_preview String CODEC(ZSTD(1)),
    output_preview String CODEC(ZSTD(1)),
    input_row String CODEC(ZSTD(1)),
    input_column LowCardinality(String),
    output_row String CODEC(ZSTD(1)),
    output_column LowCardinality(String),
    root_id String CODEC(ZSTD(1)),
    -- Starts of the first and of the last row.
    first_start DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    last_start DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    created_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    updated_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    -- The newest version of its rows.
    rows_version UInt64 CODEC(Delta, ZSTD(1)),
    row_version UInt64 CODEC(Delta, ZSTD(1)),
    -- With is_deleted: the trace was deleted, and is not just elsewhere.
    deleted Bool,
    is_deleted UInt8,

    INDEX by_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_version row_version TYPE minmax GRANULARITY 1
)
ENGINE = {{engine ReplacingMergeTree(row_version, is_deleted)}}
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project_id, toStartOfHour(timestamp), trace_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 33554432;

{{distributed traces by cityHash64(project_id, trace_id)}}

-- What was done once to the rows of older versions.
CREATE TABLE IF NOT EXISTS {{table work_done}}
(name String, done_at DateTime64(6, 'UTC') DEFAULT now64(6))
ENGINE = {{engine ReplacingMergeTree()}} ORDER BY name;
{{distributed work_done by cityHash64(name)}}

-- Steps that say again what another step of the trace says (contract/usage/repeats.ts): bit 0 tokens, bit 1 cost. What counts is kept in
-- columns of its own, without NULL, so that a sum costs what a sum of one column costs.
{{alter observations: ADD COLUMN IF NOT EXISTS repeats UInt8}}
{{alter observations: ADD COLUMN IF NOT EXISTS repeat_of String CODEC(ZSTD(1))}}
{{alter observations: ADD COLUMN IF NOT EXISTS repeat_reason LowCardinality(String)}}
{{alter observations: ADD COLUMN IF NOT EXISTS counted_cost Float64 MATERIALIZED if(bitAnd(repeats, 2) = 0, ifNull(total_cost, 0), 0) CODEC(ZSTD(1))}}
{{alter observations: ADD COLUMN IF NOT EXISTS counted_input_cost Float64 MATERIALIZED if(bitAnd(repeats, 2) = 0 AND total_cost IS NOT NULL, arraySum(arrayMap((k, v) -> if(position(k, 'input') > 0, v, 0), mapKeys(cost_details), mapValues(cost_details))), 0) CODEC(ZSTD(1))}}
{{alter observations: ADD COLUMN IF NOT EXISTS counted_output_cost Float64 MATERIALIZED if(bitAnd(repeats, 2) = 0 AND total_cost IS NOT NULL, arraySum(arrayMap((k, v) -> if(position(k, 'output') > 0, v, 0), mapKeys(cost_details), mapValues(cost_details))), 0) CODEC(ZSTD(1))}}
{{alter observations: ADD COLUMN IF NOT EXISTS counted_input_tokens Float64 MATERIALIZED if(bitAnd(repeats, 1) = 0, input_tokens, 0) CODEC(ZSTD(1))}}
{{alter observations: ADD COLUMN IF NOT EXISTS counted_output_tokens Float64 MATERIALIZED if(bitAnd(repeats, 1) = 0, output_tokens, 0) CODEC(ZSTD(1))}}
{{alter observations: ADD COLUMN IF NOT EXISTS counted_total_tokens Float64 MATERIALIZED if(bitAnd(repeats, 1) = 0, total_tokens, 0) CODEC(ZSTD(1))}}
ALTER TABLE {{table observations}} ADD INDEX IF NOT EXISTS by_version row_version TYPE minmax GRANULARITY 1;
