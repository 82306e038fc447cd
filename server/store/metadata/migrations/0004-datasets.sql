-- Datasets, the versions of their items, and runs over them.

CREATE TABLE telltale.datasets (
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  -- Folders are part of the name: `support/answers`.
  name text NOT NULL,
  description text,
  -- JSON text, here and below: it reads back as it came, key order and every character.
  metadata text,
  input_schema text,
  expected_output_schema text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

-- Every write of an item appends a row and ends the one before; a deletion appends a row that says so.
CREATE TABLE telltale.dataset_item_versions (
  -- Order of writing, for those of one millisecond.
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id text NOT NULL,
  id text NOT NULL,
  dataset_id text NOT NULL REFERENCES telltale.datasets (id) ON DELETE CASCADE,
  valid_from timestamptz(3) NOT NULL,
  valid_to timestamptz(3) CHECK (valid_to > valid_from),
  is_deleted boolean NOT NULL DEFAULT false,
  status text NOT NULL CHECK (status IN ('ACTIVE', 'ARCHIVED')),
  input text NOT NULL,
  expected_output text,
  metadata text,
  source_trace_id text,
  source_observation_id text,
  -- When the item was first written.
  created_at timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX dataset_item_versions_current ON telltale.dataset_item_versions (project_id, id) WHERE valid_to IS NULL;
CREATE INDEX dataset_item_versions_id ON telltale.dataset_item_versions (project_id, id, valid_from);
CREATE INDEX dataset_item_versions_dataset_id ON telltale.dataset_item_versions (dataset_id, valid_from);

CREATE TABLE telltale.dataset_runs (
  id text PRIMARY KEY,
  project_id text NOT NULL,
  dataset_id text NOT NULL REFERENCES telltale.datasets (id) ON DELETE CASCADE,
  name text NOT NULL,
  description text,
  metadata text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (dataset_id, name)
);

CREATE TABLE telltale.dataset_run_items (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL,
  run_id text NOT NULL REFERENCES telltale.dataset_runs (id) ON DELETE CASCADE,
  dataset_item_id text NOT NULL,
  trace_id text NOT NULL,
  -- Empty when the item is linked to a whole trace.
  observation_id text NOT NULL DEFAULT '',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  -- A link sent twice is one link.
  UNIQUE (run_id, dataset_item_id, trace_id, observation_id)
);
