-- name: update_review
-- What changes of a review once it has been asked for.
UPDATE review
SET status = $2, version = $3, closed_at = $4, note = $5, due_at = $6, note_version = $7, due_version = $8,
    cancelled_by = $9
WHERE id = $1
