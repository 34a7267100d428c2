-- name: finish_rejection_mail
-- It became a message, or never will; unless that is so already.
UPDATE rejection_mail SET next_try_at = NULL
WHERE application_id = $1 AND version = $2 AND next_try_at IS NOT NULL
RETURNING version
