-- Nobody is put into an organisation without their consent (docs/adr/016): whoever has an account already is invited.

-- The organisation that made the account. Only that one may give it a password, or its membership back, without asking.
ALTER TABLE telltale.users ADD COLUMN home_organisation_id text REFERENCES telltale.organisations (id) ON DELETE SET NULL;
-- Of accounts made before, those that only one organisation has, and into which nobody has signed in with a password of their own.
UPDATE telltale.users u SET home_organisation_id = m.organisation_id
FROM telltale.memberships m
WHERE m.user_id = u.id
  AND (SELECT count(*) FROM telltale.memberships o WHERE o.user_id = u.id) = 1
  AND NOT EXISTS (SELECT 1 FROM telltale.accounts a WHERE a.user_id = u.id AND a.password IS NOT NULL AND NOT a.one_time);

CREATE TABLE telltale.invitations (
  -- Also the id by which identity providers know the person, before and after they accept.
  id text PRIMARY KEY,
  organisation_id text NOT NULL REFERENCES telltale.organisations (id) ON DELETE CASCADE,
  -- Lower case.
  email text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  -- SHA-256 of what the link holds; null when there is no link, or it was used.
  token_hash text UNIQUE,
  expires_at timestamptz(3) NOT NULL,
  -- Who followed the link; null while nobody has.
  accepted_by text REFERENCES telltale.users (id) ON DELETE SET NULL,
  -- Taken back, or made for somebody who is not to have access now.
  withdrawn boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (organisation_id, email)
);
CREATE INDEX invitations_accepted_by ON telltale.invitations (accepted_by);

-- The person who made an organisation's key; null: the instance's administrator, or a version that did not write it down.
ALTER TABLE telltale.api_keys ADD COLUMN made_by text;
