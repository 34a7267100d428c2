-- name: extend_link
-- A link lives as long as the review's due date asks for.
UPDATE link SET expires_at = $2 WHERE id = $1
