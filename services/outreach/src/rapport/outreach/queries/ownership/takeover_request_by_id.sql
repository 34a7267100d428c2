-- name: takeover_request_by_id
-- Answered or not; to change it, its person is locked first.
SELECT id, person_id, record_id, owner_id, requested_by, requested_at, note, accepted FROM takeover_request WHERE id = $1
