-- What happens on events of a project (webhook, Slack message, GitHub dispatch), and the log of its deliveries.

CREATE TABLE telltale.automations (
  -- Order of writing, for those of one millisecond; below the order of delivery.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('ACTIVE', 'PAUSED', 'DISABLED')),
  disabled_reason text,
  disabled_at timestamptz(3),
  consecutive_failures integer NOT NULL DEFAULT 0,
  source text NOT NULL,
  event_actions text[] NOT NULL,
  -- JSON text: conditions.
  filter text NOT NULL,
  -- JSON text: the action as it is shown.
  action text NOT NULL,
  -- Encrypted JSON text: its secrets.
  secrets text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((status = 'DISABLED') = (disabled_at IS NOT NULL))
);
CREATE INDEX automations_project_id ON telltale.automations (project_id, created_at);

-- Written in the transaction of the change that it tells of: an event is lost only with its cause.
CREATE TABLE telltale.automation_executions (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  automation_id text NOT NULL REFERENCES telltale.automations (id) ON DELETE CASCADE,
  status text NOT NULL CHECK (status IN ('PENDING', 'COMPLETED', 'ERROR', 'CANCELLED')),
  test boolean NOT NULL,
  type text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  -- JSON text as it is sent.
  payload text NOT NULL,
  attempt_count integer NOT NULL DEFAULT 0,
  -- While an attempt runs: when it counts as lost.
  next_attempt_at timestamptz(3),
  error text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3),
  CHECK ((status = 'PENDING') = (next_attempt_at IS NOT NULL)),
  CHECK ((status = 'PENDING') = (finished_at IS NULL))
);
CREATE INDEX automation_executions_log ON telltale.automation_executions (automation_id, sequence);
CREATE INDEX automation_executions_pending ON telltale.automation_executions (automation_id, sequence) WHERE status = 'PENDING';
CREATE INDEX automation_executions_finished ON telltale.automation_executions (finished_at);

CREATE TABLE telltale.automation_attempts (
  execution_id text NOT NULL REFERENCES telltale.automation_executions (id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  started_at timestamptz(3) NOT NULL,
  duration_ms integer NOT NULL,
  response_status integer,
  response_body text,
  error text,
  PRIMARY KEY (execution_id, attempt)
);
