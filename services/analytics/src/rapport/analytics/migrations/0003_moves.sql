-- What an application has entered, move by move: a move that the ATS refused does not count, and may yet be carried out.
-- `application.entered` is the union of the effective ones. A move and its settlement may arrive in either order.
CREATE TABLE entered (
    org_id text NOT NULL,
    application_id uuid NOT NULL,
    -- The aggregate version of the fact that told it.
    version bigint NOT NULL,
    -- Null until that fact has arrived.
    rank smallint,
    effective boolean NOT NULL DEFAULT true,
    settled_version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, application_id, version)
);

-- What was counted before is kept: one entry for each kind, under versions that no fact has.
ALTER TABLE application NO FORCE ROW LEVEL SECURITY;
INSERT INTO entered (org_id, application_id, version, rank)
SELECT a.org_id, a.id, -1 - r.rank, r.rank
FROM application a CROSS JOIN generate_series(0, 7) AS r (rank)
WHERE (a.entered >> r.rank) & 1 = 1;
ALTER TABLE application FORCE ROW LEVEL SECURITY;

ALTER TABLE entered ENABLE ROW LEVEL SECURITY;
ALTER TABLE entered FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('CREATE POLICY by_organisation ON entered TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON entered TO %I', service);
END
$$;
