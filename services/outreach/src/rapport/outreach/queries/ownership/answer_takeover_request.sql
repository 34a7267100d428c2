-- name: answer_takeover_request
-- Once: an answer is never replaced.
UPDATE takeover_request SET answered_at = $2, accepted = $3 WHERE id = $1 AND answered_at IS NULL
