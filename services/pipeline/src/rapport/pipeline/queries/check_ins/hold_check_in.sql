-- name: hold_check_in
-- Under the lock of its job.
INSERT INTO check_in (org_id, id, job_id, held_by, held_at) VALUES (current_org(), $1, $2, $3, $4)
