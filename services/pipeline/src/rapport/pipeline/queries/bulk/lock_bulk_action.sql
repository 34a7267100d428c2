-- name: lock_bulk_action
-- Locked, so that what is done in it follows one after the other; of one user ($2), if one is named.
SELECT id, action::text AS action, requested_by, requested_at, private_to, state, people, result_id, version,
    requested_as::text AS requested_as
FROM bulk_action
WHERE id = $1 AND ($2::uuid IS NULL OR requested_by = $2) FOR UPDATE
