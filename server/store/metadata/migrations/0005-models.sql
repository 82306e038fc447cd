-- Models with prices that a project set itself.

CREATE TABLE telltale.models (
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  match_pattern text NOT NULL,
  start_date timestamptz(3),
  unit text NOT NULL,
  tokenizer_id text CHECK (tokenizer_id IN ('openai', 'claude')),
  -- JSON text.
  tokenizer_config text,
  -- JSON text: list of {id, name, isDefault, priority, conditions, prices}, by priority.
  tiers text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);
