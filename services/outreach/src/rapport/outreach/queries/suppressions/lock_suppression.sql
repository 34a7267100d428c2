-- name: lock_suppression
-- Locked while it is decided whether it may be lifted.
SELECT person_id, reason, whole_person, recorded_at, recorded_by, lifted_at, version
FROM suppression WHERE id = $1 FOR UPDATE
