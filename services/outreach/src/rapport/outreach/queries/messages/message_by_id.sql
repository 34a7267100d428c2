-- name: message_by_id
-- For those who may read it, as decided before.
SELECT row_to_json(d)::text FROM message_document d WHERE d.id = $1
