-- name: empty_bodies
-- Deliveries about erased people lose their bodies; their state stays.
UPDATE delivery SET body = '' WHERE person_id = ANY($1::uuid[]) AND state <> 'waiting'
