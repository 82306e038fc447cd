-- Which of input and output were told by log records and not by the span (server/ingest/logs): those are read anew when more records come.
{{alter observations: ADD COLUMN IF NOT EXISTS logged_io LowCardinality(String)}}
