-- Work that outlives a request, and how far it has come. A row goes when its work is done. Whoever claims it puts `due_at` to the end of
-- the lease, so what a dead process held becomes due again by itself.
CREATE TABLE telltale.jobs (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  queue text NOT NULL,
  key text NOT NULL,
  data text NOT NULL,
  due_at timestamptz(3) NOT NULL,
  owner text,
  claims integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  progress text,
  error text,
  died_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
-- Of the jobs that nobody has taken yet, one for each key.
CREATE UNIQUE INDEX jobs_waiting ON telltale.jobs (queue, key) WHERE claims = 0 AND died_at IS NULL;
CREATE INDEX jobs_due ON telltale.jobs (queue, due_at) WHERE died_at IS NULL;
-- The queue before this one. What waited there was an alarm clock only: sweeps find what is due.
DROP SCHEMA IF EXISTS telltale_jobs CASCADE;
