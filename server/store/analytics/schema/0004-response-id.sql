-- The id that a provider gave to its answer: two steps with the same one tell of one call (contract/usage/repeats.ts). Texts that are
-- never the same twice, mostly absent: compressed to next to nothing.
{{alter observations: ADD COLUMN IF NOT EXISTS response_id String CODEC(ZSTD(1))}}
