-- name: count_person_changes
-- The next version of each of these people, whose details changed.
UPDATE person SET version = version + 1 WHERE id = ANY($1::uuid[]) RETURNING id, version
