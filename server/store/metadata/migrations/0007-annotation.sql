-- Queues of what people are to score, and who does it.

CREATE TABLE telltale.annotation_queues (
  -- Order of writing, for those of one millisecond; below too.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  description text,
  score_config_ids text[] NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

CREATE TABLE telltale.annotation_items (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  queue_id text NOT NULL REFERENCES telltale.annotation_queues (id) ON DELETE CASCADE,
  object_id text NOT NULL,
  object_type text NOT NULL CHECK (object_type IN ('TRACE', 'OBSERVATION', 'SESSION')),
  status text NOT NULL CHECK (status IN ('PENDING', 'COMPLETED')),
  completed_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((status = 'COMPLETED') = (completed_at IS NOT NULL))
);
CREATE INDEX annotation_items_queue_id ON telltale.annotation_items (queue_id, created_at);

CREATE TABLE telltale.annotation_assignments (
  queue_id text NOT NULL REFERENCES telltale.annotation_queues (id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES telltale.users (id) ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (queue_id, user_id)
);
