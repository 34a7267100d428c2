-- name: begin_compared_collection
-- From its first page; also when the page at which we stopped is gone.
UPDATE comparison_collection
SET state = 'reading', next_page = NULL, read = 0, began_at = $3, partial = false,
    expected = (
        SELECT count(*) FROM mirrored_record m
        WHERE m.collection = $2 AND m.connection = $1
            AND NOT EXISTS (SELECT 1 FROM ended_record e WHERE e.org_id = m.org_id AND e.id = m.id))
WHERE connection = $1 AND collection = $2
