-- Passwords that were handed over: whoever signs in with one chooses their own first. Those of before stay as they are.
ALTER TABLE telltale.accounts ADD COLUMN one_time boolean NOT NULL DEFAULT false;
