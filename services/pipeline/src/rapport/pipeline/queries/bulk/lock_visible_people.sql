-- name: lock_visible_people
-- Those of these people whom the user ($2, unless they see everybody) may see, in one order, so that two actions wait for
-- each other and never block each other.
SELECT id FROM person WHERE id = ANY($1::uuid[]) AND deleted_at IS NULL AND merged_into IS NULL
    AND is_visible_to($2, id, is_private)
ORDER BY id FOR UPDATE
