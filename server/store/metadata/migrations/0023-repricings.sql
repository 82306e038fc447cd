-- Pricing anew what is stored already: who asked for which span of time, and how far it is.
CREATE TABLE telltale.repricings (
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  from_time timestamptz(3) NOT NULL,
  to_time timestamptz(3) NOT NULL,
  status text NOT NULL,
  looked_at integer NOT NULL DEFAULT 0,
  changed integer NOT NULL DEFAULT 0,
  cost_before double precision NOT NULL DEFAULT 0,
  cost_after double precision NOT NULL DEFAULT 0,
  asked_by text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3)
);
CREATE INDEX repricings_project_id ON telltale.repricings (project_id, created_at);
