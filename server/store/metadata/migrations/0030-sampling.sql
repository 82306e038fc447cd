-- Which traces a project keeps once they are whole. Every change is a row: the highest version holds, the others are the record of changes.
CREATE TABLE telltale.sampling_versions (
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  version integer NOT NULL,
  -- JSON text: SamplingSettings.
  settings text NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, version)
);

-- Up to which writing (µs, the facts' row_version) a project's traces were decided on.
CREATE TABLE telltale.sampling_progress (
  project_id text PRIMARY KEY REFERENCES telltale.projects (id) ON DELETE CASCADE,
  decided_until bigint NOT NULL
);

-- What the rules did, by UTC day, rule and public key.
CREATE TABLE telltale.sampling_counts (
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  day date NOT NULL,
  rule text NOT NULL,
  public_key text NOT NULL,
  kept bigint NOT NULL,
  dropped bigint NOT NULL,
  PRIMARY KEY (project_id, day, rule, public_key)
);
