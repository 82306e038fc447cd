-- Events of the partial-update protocol, as they came. An event that is sent again is one row: the first arrival is kept
-- (`arrival_order` grows as received_at falls), so that a re-send changes nothing, not even the time of creation. An event that was
-- received at time 0 is a tombstone: it comes before every arrival, so that a deleted event stays deleted when it is sent again.
CREATE TABLE IF NOT EXISTS {{table events}}
(
    project_id LowCardinality(String),
    entity LowCardinality(String),
    entity_id String CODEC(ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    event_time DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    event_type LowCardinality(String),
    body String CODEC(ZSTD(1)),
    api_key LowCardinality(String),
    sdk_name LowCardinality(String),
    sdk_version LowCardinality(String),
    received_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    arrival_order UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Micro(received_at)) CODEC(Delta, ZSTD(1)),
    is_deleted UInt8 MATERIALIZED toUInt8(toUnixTimestamp64Micro(received_at) = 0),

    INDEX by_entity_id entity_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = {{engine ReplacingMergeTree(arrival_order, is_deleted)}}
PARTITION BY toYYYYMM(event_time)
ORDER BY (project_id, entity, entity_id, event_time, event_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 33554432;

{{distributed events by cityHash64(project_id, entity_id)}}
