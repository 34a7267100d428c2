-- name: forget_bodies
-- What was delivered about a person goes when the person does; what became of it stays.
UPDATE delivery SET body = '' WHERE person_id = $1 AND state <> 'waiting'
