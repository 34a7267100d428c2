-- name: set_threshold
-- Of a job, or of all that have none of their own ($1 is null).
INSERT INTO attention_threshold (org_id, job_id, reason, yellow, red, changed_by, changed_at)
VALUES (current_org(), $1, $2, $3, $4, $5, $6)
ON CONFLICT (org_id, job_id, reason) DO UPDATE
SET yellow = excluded.yellow, red = excluded.red, changed_by = excluded.changed_by, changed_at = excluded.changed_at
