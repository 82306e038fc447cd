-- The Slack workspace that a project's automations may post in.

CREATE TABLE telltale.slack_connections (
  project_id text PRIMARY KEY REFERENCES telltale.projects (id) ON DELETE CASCADE,
  team_id text NOT NULL,
  team_name text NOT NULL,
  -- Encrypted.
  bot_token text NOT NULL,
  connected_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
