-- When what a link points to began, which is what lists of items are ordered by; the time of the link while nothing of it had come.
ALTER TABLE telltale.dataset_run_items ADD COLUMN started_at timestamptz(3);
UPDATE telltale.dataset_run_items SET started_at = created_at;
ALTER TABLE telltale.dataset_run_items ALTER COLUMN started_at SET NOT NULL;
CREATE INDEX dataset_run_items_started_at ON telltale.dataset_run_items (project_id, started_at, id);

-- Runs that were deleted: their steps stay and still name them, but no list shows them as experiments.
CREATE TABLE telltale.deleted_dataset_runs (
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  run_id text NOT NULL,
  deleted_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, run_id)
);
