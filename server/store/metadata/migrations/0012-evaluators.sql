-- Evaluators: how something is judged. Evaluation rules: what is judged, and by which evaluators.

CREATE TABLE telltale.evaluators (
  -- Order of writing, for those of one millisecond; below too.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('llm_as_judge', 'code')),
  description text,
  -- The newest.
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

CREATE TABLE telltale.evaluator_versions (
  evaluator_id text NOT NULL REFERENCES telltale.evaluators (id) ON DELETE CASCADE,
  version integer NOT NULL,
  -- JSON text: prompt and output definition with model and mapping, or source code.
  definition text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (evaluator_id, version)
);

CREATE TABLE telltale.evaluation_rules (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  target text NOT NULL CHECK (target IN ('observation', 'experiment')),
  enabled boolean NOT NULL,
  sampling double precision NOT NULL CHECK (sampling > 0 AND sampling <= 1),
  -- JSON text: list of conditions.
  filter text NOT NULL,
  -- Why running it was given up; a change of the rule tries again.
  paused_reason text,
  paused_message text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

CREATE TABLE telltale.evaluation_rule_evaluators (
  rule_id text NOT NULL REFERENCES telltale.evaluation_rules (id) ON DELETE CASCADE,
  -- Checked at the end, when a project takes rules and evaluators with it in whatever order.
  evaluator_id text NOT NULL REFERENCES telltale.evaluators (id) DEFERRABLE INITIALLY DEFERRED,
  position integer NOT NULL,
  -- JSON text; null: the evaluator's own.
  mapping text,
  PRIMARY KEY (rule_id, evaluator_id)
);
CREATE INDEX evaluation_rule_evaluators_evaluator_id ON telltale.evaluation_rule_evaluators (evaluator_id);
