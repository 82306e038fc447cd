-- Organisations as their administrators see them: metadata, members without access of their own, roles in single projects, own keys.

ALTER TABLE telltale.organisations ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}';

-- NONE: belongs to the organisation, and may open only the projects that were shared one by one.
ALTER TABLE telltale.memberships DROP CONSTRAINT memberships_role_check;
ALTER TABLE telltale.memberships
  ADD CONSTRAINT memberships_role_check CHECK (role IN ('NONE', 'OWNER', 'ADMIN', 'MEMBER', 'VIEWER'));

-- Overrides, in one project, the role that a member has in its organisation. Goes with the membership and with the project.
CREATE TABLE telltale.project_memberships (
  organisation_id text NOT NULL,
  project_id text NOT NULL REFERENCES telltale.projects (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  role text NOT NULL CHECK (role IN ('NONE', 'OWNER', 'ADMIN', 'MEMBER', 'VIEWER')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, user_id),
  FOREIGN KEY (organisation_id, user_id) REFERENCES telltale.memberships (organisation_id, user_id) ON DELETE CASCADE
);
CREATE INDEX project_memberships_member ON telltale.project_memberships (organisation_id, user_id);

-- What an organisation's own key may do: as much as the person who made it. NULL for keys of projects.
ALTER TABLE telltale.api_keys ADD COLUMN role text CHECK (role IN ('ADMIN', 'OWNER'));
