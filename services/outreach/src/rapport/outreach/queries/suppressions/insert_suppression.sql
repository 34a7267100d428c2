-- name: insert_suppression
-- A new entry of the ledger; its recipients are locked.
INSERT INTO suppression (org_id, id, person_id, address, whole_person, reason, recorded_at, recorded_by, message_id,
    version)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, 1)
