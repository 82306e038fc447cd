-- What scores must look like.

CREATE TABLE telltale.score_configs (
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  data_type text NOT NULL CHECK (data_type IN ('NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT')),
  is_archived boolean NOT NULL DEFAULT false,
  min_value double precision,
  max_value double precision,
  -- List of {label, value}.
  categories jsonb,
  description text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX score_configs_project_id ON telltale.score_configs (project_id, created_at);
