-- The oldest due move is the first that is looked at; how many are due behind it does not matter.

DROP INDEX ats_write_waiting;
CREATE INDEX ats_write_waiting ON ats_write (org_id, connection, requested_at) WHERE state = 'waiting';
