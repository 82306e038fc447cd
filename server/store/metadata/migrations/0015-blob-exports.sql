-- Where and how projects' facts are exported to object stores, and how far that has come.

CREATE TABLE telltale.blob_exports (
  project_id text PRIMARY KEY REFERENCES telltale.projects (id) ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('S3', 'S3_COMPATIBLE', 'AZURE_BLOB_STORAGE')),
  bucket_name text NOT NULL,
  endpoint text,
  region text NOT NULL,
  access_key_id text NOT NULL,
  -- Encrypted; the context is the project's id.
  secret_access_key text NOT NULL,
  prefix text NOT NULL,
  export_frequency text NOT NULL,
  enabled boolean NOT NULL,
  force_path_style boolean NOT NULL,
  file_type text NOT NULL,
  export_mode text NOT NULL,
  export_start_date timestamptz(3),
  compressed boolean NOT NULL,
  export_source text NOT NULL,
  -- NULL: all.
  export_field_groups text[],
  -- Facts of before are not exported; NULL: all are.
  since timestamptz(3),
  -- Grows when the export begins anew: another place, or another beginning.
  revision integer NOT NULL DEFAULT 1,
  -- Microseconds of the time of writing up to which everything is exported.
  watermark bigint NOT NULL DEFAULT 0,
  -- End of the span that is being exported. A run that failed is repeated with the same span and the same names of files.
  window_until bigint,
  -- Until when the process that exports has said it would be done or say so again.
  running_until timestamptz(3),
  next_sync_at timestamptz(3),
  last_sync_at timestamptz(3),
  last_error text,
  last_error_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX blob_exports_next_sync_at ON telltale.blob_exports (next_sync_at) WHERE enabled;
