-- Organisations, projects, people, their sign-in, and API keys.

CREATE TABLE telltale.organisations (
  id text PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE telltale.projects (
  id text PRIMARY KEY,
  organisation_id text NOT NULL REFERENCES telltale.organisations (id) ON DELETE CASCADE,
  name text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  retention_days integer CHECK (retention_days > 0),
  demo boolean NOT NULL DEFAULT false,
  -- Set before a project's facts are cleared: from then on nobody sees the project, and a clearing cut short is resumed at the next start.
  deleted_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX projects_organisation_id ON telltale.projects (organisation_id);

CREATE TABLE telltale.users (
  id text PRIMARY KEY,
  -- Lower case, so that an address is one account.
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified boolean NOT NULL DEFAULT false,
  name text NOT NULL,
  image text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE telltale.memberships (
  organisation_id text NOT NULL REFERENCES telltale.organisations (id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES telltale.users (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, user_id)
);
CREATE INDEX memberships_user_id ON telltale.memberships (user_id);

CREATE TABLE telltale.api_keys (
  id text PRIMARY KEY,
  -- A key belongs to an organisation and, unless it is the organisation's own key, to one of its projects.
  organisation_id text NOT NULL REFERENCES telltale.organisations (id) ON DELETE CASCADE,
  project_id text REFERENCES telltale.projects (id) ON DELETE CASCADE,
  public_key text NOT NULL UNIQUE,
  secret_hash text NOT NULL UNIQUE,
  display_secret_key text NOT NULL,
  note text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX api_keys_project_id ON telltale.api_keys (project_id);
CREATE INDEX api_keys_organisation_id ON telltale.api_keys (organisation_id);

-- The next three hold what sign-in needs: browser sessions, the ways a person signs in (password hash), pending confirmations.

CREATE TABLE telltale.sessions (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES telltale.users (id) ON DELETE CASCADE,
  token text NOT NULL UNIQUE,
  expires_at timestamptz(3) NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX sessions_user_id ON telltale.sessions (user_id);

CREATE TABLE telltale.accounts (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES telltale.users (id) ON DELETE CASCADE,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope text,
  password text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);
CREATE INDEX accounts_user_id ON telltale.accounts (user_id);

CREATE TABLE telltale.verifications (
  id text PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX verifications_identifier ON telltale.verifications (identifier);

-- Small facts about the installation, one value a key.
CREATE TABLE telltale.settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
