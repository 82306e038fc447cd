-- What goes when a trace goes: its links are found by the trace.
CREATE INDEX media_links_trace_id ON telltale.media_links (project_id, trace_id) WHERE trace_id <> '';
