-- name: takeover_requests_to_answer
-- Of a user, the oldest first. Whether they still matter depends on who is in touch.
SELECT id, person_id, record_id, owner_id, requested_by, requested_at, note, accepted FROM takeover_request
WHERE owner_id = $1 AND answered_at IS NULL ORDER BY requested_at, id
