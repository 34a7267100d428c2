-- name: empty_bodies
-- What was delivered about people goes when they do; what became of it stays.
UPDATE delivery SET body = '' WHERE person_id = ANY($1::uuid[]) AND state <> 'waiting'
