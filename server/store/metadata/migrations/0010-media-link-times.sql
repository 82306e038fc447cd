-- When media were announced for a trace: retention leaves those alone whose trace may still be on its way.
ALTER TABLE telltale.media_links ADD COLUMN created_at timestamptz(3) NOT NULL DEFAULT now();
