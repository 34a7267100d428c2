-- Actions on many applications at once, worked off as those on many people are.

ALTER TABLE bulk_action
    -- With which roles and grants its user started it: each application is changed as if they changed it alone. Null for
    -- actions on people.
    ADD COLUMN requested_as json;

ALTER TABLE bulk_action_person
    ALTER COLUMN person_id DROP NOT NULL,
    -- Of an action on applications: which, the stage in which the user saw it, and the one that it is moved to.
    ADD COLUMN application_id uuid,
    ADD COLUMN stage_id uuid,
    ADD COLUMN to_stage_id uuid,
    -- Why not, as it would be said of this application alone.
    ADD COLUMN refusal json,
    ADD CHECK ((person_id IS NULL) <> (application_id IS NULL)),
    ADD CHECK ((application_id IS NULL) = (stage_id IS NULL));
CREATE INDEX bulk_action_person_by_application ON bulk_action_person (org_id, application_id)
    WHERE application_id IS NOT NULL;

-- What is done to one application does not wait until what was done to hundreds at once is written to the ATS.
ALTER TABLE ats_write ADD COLUMN in_bulk boolean NOT NULL DEFAULT false;
DROP INDEX ats_write_waiting;
CREATE INDEX ats_write_waiting ON ats_write (org_id, connection, in_bulk, requested_at) WHERE state = 'waiting';
