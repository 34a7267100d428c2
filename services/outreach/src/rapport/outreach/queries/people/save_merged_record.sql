-- name: save_merged_record
-- Whose a record is from an event on; answers whether that is news. An event that arrives late is none.
INSERT INTO merged_record AS mine (org_id, record_id, person_id, since, version)
VALUES (current_org(), $1, $2, $3, $4)
ON CONFLICT (org_id, record_id) DO UPDATE
SET person_id = excluded.person_id, since = excluded.since, version = excluded.version
WHERE mine.version < excluded.version
RETURNING true
