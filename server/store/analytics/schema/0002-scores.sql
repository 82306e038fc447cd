-- Judgements. Identity is (project, day of the timestamp, id); the day follows the timestamp as the hour does for observations.
CREATE TABLE IF NOT EXISTS {{table scores}}
(
    project_id LowCardinality(String),
    id String CODEC(ZSTD(1)),
    timestamp DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    name LowCardinality(String),
    data_type LowCardinality(String),
    source LowCardinality(String),
    value Nullable(Float64) CODEC(ZSTD(1)),
    string_value String CODEC(ZSTD(1)),
    comment String CODEC(ZSTD(1)),
    metadata Map(String, String) CODEC(ZSTD(1)),
    trace_id String CODEC(ZSTD(1)),
    observation_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    dataset_run_id String CODEC(ZSTD(1)),
    execution_trace_id String CODEC(ZSTD(1)),
    config_id LowCardinality(String),
    queue_id LowCardinality(String),
    author_user_id LowCardinality(String),
    environment LowCardinality(String),
    via LowCardinality(String),
    api_key LowCardinality(String),
    created_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    updated_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    row_version UInt64 CODEC(Delta, ZSTD(1)),
    is_deleted UInt8,

    INDEX by_id id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX by_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX by_observation observation_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_run dataset_run_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_created created_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine ReplacingMergeTree(row_version, is_deleted)}}
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project_id, toDate(timestamp), id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 33554432;

{{distributed scores by cityHash64(project_id, id)}}
