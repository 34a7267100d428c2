-- An application that the ATS no longer has was a mistake: it is not counted, unless it is restored. One that went with
-- its person happened, and stays counted.
ALTER TABLE application ADD COLUMN removed boolean NOT NULL DEFAULT false;
ALTER TABLE application ADD COLUMN removed_version bigint NOT NULL DEFAULT 0;
