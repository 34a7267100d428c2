-- name: who_looks_after
-- The people whom these records stand for, also those that were merged, with who looks after them now.
SELECT p.id, p.recruiter_id, p.coordinator_id FROM person p
WHERE p.id IN (SELECT coalesce(r.merged_into, r.id) FROM person r WHERE r.id = ANY($1::uuid[]))
    AND p.deleted_at IS NULL
