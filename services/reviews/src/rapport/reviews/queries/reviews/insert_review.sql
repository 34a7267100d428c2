-- name: insert_review
-- Returns nothing if the same request has inserted one before, even in a concurrent transaction.
INSERT INTO review (org_id, id, job_id, job_title, requested_by, requester_name, requester_email, note, due_at,
    status, version, created_at, idempotency_key, request_hash)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (org_id, idempotency_key) DO NOTHING
RETURNING id
