-- Prompts, their versions, and what versions include of other prompts.

CREATE TABLE telltale.prompts (
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  -- Folders are part of the name: `support/answer`.
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('text', 'chat')),
  tags text[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

CREATE TABLE telltale.prompt_versions (
  id text PRIMARY KEY,
  prompt_id text NOT NULL REFERENCES telltale.prompts (id) ON DELETE CASCADE,
  version integer NOT NULL CHECK (version > 0),
  -- In the order in which they were given; a label is on one version of a prompt at most.
  labels text[] NOT NULL DEFAULT '{}',
  -- A text, or a list of messages and placeholders. Both as JSON text, so that they read back as they came: key order, every character.
  content text NOT NULL,
  config text NOT NULL,
  commit_message text,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (prompt_id, version)
);

CREATE TABLE telltale.prompt_inclusions (
  version_id text NOT NULL REFERENCES telltale.prompt_versions (id) ON DELETE CASCADE,
  -- The included prompt, by a version or by a label.
  name text NOT NULL,
  version integer,
  label text,
  CHECK ((version IS NULL) <> (label IS NULL))
);
CREATE INDEX prompt_inclusions_version_id ON telltale.prompt_inclusions (version_id);
