-- name: add_agreed_action
-- Under the lock of its job.
INSERT INTO agreed_action (org_id, id, job_id, text, owner_id, due_on, agreed_by, agreed_at, version)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, 1)
