-- What people and agents say of this server over its API.
CREATE TABLE telltale.feedback (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  target_type text NOT NULL,
  target text NOT NULL,
  feedback text NOT NULL,
  goal text,
  reference_url text,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX feedback_project_id ON telltale.feedback (project_id, created_at);
