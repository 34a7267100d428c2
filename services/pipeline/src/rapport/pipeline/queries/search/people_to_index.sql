-- name: people_to_index
-- A slice of all people, in the order of their ids.
SELECT id FROM person
WHERE org_id = current_org() AND id > $1 AND deleted_at IS NULL AND merged_into IS NULL
ORDER BY org_id, id LIMIT $2
