-- name: unanswered_takeover_requests
-- About these people, the oldest first. Whether they still matter depends on who is in touch.
SELECT id, person_id, record_id, owner_id, requested_by, requested_at, note, accepted FROM takeover_request
WHERE person_id = ANY ($1) AND answered_at IS NULL ORDER BY requested_at, id
