-- name: active_suppressions_of_person
-- The entries in force about a whole person, locked.
SELECT id, reason, version FROM suppression
WHERE person_id = $1 AND whole_person AND lifted_at IS NULL
ORDER BY id
FOR UPDATE
