-- What the newest clients ask for: evaluators and rules that share a name, models by an id of the caller, keys that end, skills.

-- The id says which evaluator or rule is meant. Callers that go by the name still keep theirs apart (docs/adr/007).
ALTER TABLE telltale.evaluators DROP CONSTRAINT evaluators_project_id_name_key;
CREATE INDEX evaluators_project_id_name ON telltale.evaluators (project_id, name);
ALTER TABLE telltale.evaluation_rules DROP CONSTRAINT evaluation_rules_project_id_name_key;
CREATE INDEX evaluation_rules_project_id_name ON telltale.evaluation_rules (project_id, name);

-- Ids that callers choose are those of their project: two projects may choose the same.
ALTER TABLE telltale.models DROP CONSTRAINT models_pkey, ADD PRIMARY KEY (project_id, id);

-- Null: the key does not end by itself.
ALTER TABLE telltale.api_keys ADD COLUMN expires_at timestamptz(3);

-- Instructions for agents: a SKILL.md and the files beside it, in versions.
CREATE TABLE telltale.skills (
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  -- Shared by all versions.
  tags text[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

CREATE TABLE telltale.skill_versions (
  id text PRIMARY KEY,
  skill_id text NOT NULL REFERENCES telltale.skills (id) ON DELETE CASCADE,
  version integer NOT NULL,
  description text NOT NULL,
  -- JSON text: what stands above the instructions in SKILL.md.
  frontmatter text NOT NULL,
  labels text[] NOT NULL DEFAULT '{}',
  commit_message text,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (skill_id, version)
);

-- The text of a file, once per project however many versions hold it.
CREATE TABLE telltale.skill_blobs (
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  -- SHA-256 in base64.
  sha256 text NOT NULL,
  content text NOT NULL,
  -- Bytes of UTF-8.
  content_length integer NOT NULL,
  UNIQUE (project_id, sha256)
);

CREATE TABLE telltale.skill_files (
  id text PRIMARY KEY,
  version_id text NOT NULL REFERENCES telltale.skill_versions (id) ON DELETE CASCADE,
  path text NOT NULL,
  -- Checked at the end, when a project takes files and their texts with it in whatever order.
  blob_id text NOT NULL REFERENCES telltale.skill_blobs (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (version_id, path)
);
CREATE INDEX skill_files_blob_id ON telltale.skill_files (blob_id);
