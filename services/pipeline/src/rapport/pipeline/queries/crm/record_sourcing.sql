-- name: record_sourcing
-- The same by the same user for the same job counts once, whenever it is reported again. Answers one row if it is new.
INSERT INTO sourcing_activity (org_id, id, user_id, kind, profile, person_id, job_id, occurred_at, recorded_at)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
