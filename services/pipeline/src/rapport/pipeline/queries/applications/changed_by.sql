-- name: changed_by
-- The user who changed an application last; null if it was not a user.
SELECT substring(actor FROM '^user:(.*)$')::uuid FROM transition
WHERE application_id = $1 AND NOT backfilled
ORDER BY version DESC LIMIT 1
