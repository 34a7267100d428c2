-- name: suppression_by_id
-- As it is answered.
SELECT row_to_json(d)::text FROM suppression_document d WHERE d.id = $1
