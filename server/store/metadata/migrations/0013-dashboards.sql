-- Dashboards, the widgets that can stand on them, and where they stand.

CREATE TABLE telltale.dashboard_widgets (
  -- Order of writing, for those of one millisecond; below too.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  -- JSON text: view, dimensions, metrics, filters, chart type and its config.
  chart text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX dashboard_widgets_project_id ON telltale.dashboard_widgets (project_id, updated_at);

CREATE TABLE telltale.dashboards (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  id text PRIMARY KEY,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  -- JSON text: list of conditions.
  filters text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX dashboards_project_id ON telltale.dashboards (project_id, updated_at);

CREATE TABLE telltale.dashboard_placements (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  dashboard_id text NOT NULL REFERENCES telltale.dashboards (id) ON DELETE CASCADE,
  -- Unique on its dashboard only.
  id text NOT NULL,
  -- Checked at the end, when a project takes dashboards and widgets with it in whatever order.
  widget_id text REFERENCES telltale.dashboard_widgets (id) DEFERRABLE INITIALLY DEFERRED,
  preset_id text,
  x integer NOT NULL,
  y integer NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  PRIMARY KEY (dashboard_id, id),
  CHECK ((widget_id IS NULL) <> (preset_id IS NULL))
);
CREATE INDEX dashboard_placements_widget_id ON telltale.dashboard_placements (widget_id);
