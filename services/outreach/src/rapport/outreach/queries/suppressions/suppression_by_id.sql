-- name: suppression_by_id
-- As clients see it.
SELECT row_to_json(d)::text FROM suppression_document d WHERE d.id = $1
