-- What the ATS no longer lists is gone there. Hiring teams decide who sees what, so they are read whole every time, and
-- whoever was not among them loses the part; a user who is no longer listed loses access.
ALTER TABLE job_team ADD COLUMN connection text NOT NULL DEFAULT '';
ALTER TABLE job_team ADD COLUMN collection text NOT NULL DEFAULT '';
ALTER TABLE job_team ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE user_account ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();

-- When this run began to read the collection, by the database's own clock.
ALTER TABLE sync_collection ADD COLUMN began_at timestamptz NOT NULL DEFAULT now();

-- Whom a delivery is about, so that its body goes when the person does.
ALTER TABLE delivery ADD COLUMN person_id uuid;
CREATE INDEX delivery_by_person ON delivery (org_id, person_id) WHERE person_id IS NOT NULL;
