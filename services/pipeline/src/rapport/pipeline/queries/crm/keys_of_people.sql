-- name: keys_of_people
-- What the ATS says these people can be reached by, as keys: recording it again adds nothing.
SELECT person_id, kind, key FROM person_key WHERE person_id = ANY($1::uuid[])
