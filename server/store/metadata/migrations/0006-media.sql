-- Media that traces and dataset items refer to. The content is in the blob store.

CREATE TABLE telltale.media (
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  -- First 22 characters of the hash, safe in URLs.
  id text NOT NULL,
  -- SHA-256 of the content, base64.
  sha256 text NOT NULL,
  content_type text NOT NULL,
  content_length bigint NOT NULL CHECK (content_length > 0),
  -- What the client said of its upload: HTTP status, error, when.
  upload_status integer,
  upload_error text,
  uploaded_at timestamptz(3),
  -- When the content arrived here whole; NULL until then.
  stored_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, id)
);

-- What media were announced for. Empty: not named.
CREATE TABLE telltale.media_links (
  project_id text NOT NULL,
  media_id text NOT NULL,
  trace_id text NOT NULL DEFAULT '',
  observation_id text NOT NULL DEFAULT '',
  dataset_id text NOT NULL DEFAULT '',
  dataset_item_id text NOT NULL DEFAULT '',
  field text NOT NULL,
  PRIMARY KEY (project_id, media_id, trace_id, observation_id, dataset_id, dataset_item_id, field),
  FOREIGN KEY (project_id, media_id) REFERENCES telltale.media (project_id, id) ON DELETE CASCADE
);
