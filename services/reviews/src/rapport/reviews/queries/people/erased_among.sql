-- name: erased_among
-- Those of these people who were erased.
SELECT person_id FROM erased_person WHERE person_id = ANY($1::uuid[])
