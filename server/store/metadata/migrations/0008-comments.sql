-- What people write beside traces, observations, sessions and versions of prompts.

CREATE TABLE telltale.comments (
  -- Order of writing, for those of one millisecond.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  object_type text NOT NULL CHECK (object_type IN ('TRACE', 'OBSERVATION', 'SESSION', 'PROMPT')),
  object_id text NOT NULL,
  content text NOT NULL,
  -- What somebody wrote stays when their account goes.
  author_user_id text REFERENCES telltale.users (id) ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX comments_object ON telltale.comments (project_id, object_type, object_id, created_at);
CREATE INDEX comments_project_id ON telltale.comments (project_id, created_at);
CREATE INDEX comments_author_user_id ON telltale.comments (author_user_id);
