-- Ways to models of providers: where evaluators and the playground ask.

CREATE TABLE telltale.llm_connections (
  -- Order of writing, for those of one millisecond.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  provider text NOT NULL,
  adapter text NOT NULL,
  -- Encrypted.
  secret_key text NOT NULL,
  display_secret_key text NOT NULL,
  base_url text,
  custom_models text[] NOT NULL,
  with_default_models boolean NOT NULL,
  -- Encrypted JSON text of names and values.
  extra_headers text NOT NULL,
  extra_header_keys text[] NOT NULL,
  -- JSON text.
  config text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, provider)
);
