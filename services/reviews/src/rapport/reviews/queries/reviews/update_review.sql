-- name: update_review
-- The columns of a review that change after the request.
UPDATE review
SET status = $2, version = $3, closed_at = $4, note = $5, due_at = $6, note_version = $7, due_version = $8,
    cancelled_by = $9
WHERE id = $1
