-- name: insert_merge
-- A merge in force from now on.
INSERT INTO person_merge (org_id, id, survivor_id, merged_id, origin, taken, merged_at, merged_by, cause)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8)
